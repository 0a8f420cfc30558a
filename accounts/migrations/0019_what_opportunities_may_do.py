"""What Django cannot say of opportunities: which step may follow, what stays as it is."""

from datetime import date

from django.db import migrations

from config.audit.operations import AuditTables
from config.versions import count_versions

VERSIONED = [
    "experiment",
    "variant",
    "opportunity",
    "stakeholder",
    "objectionraised",
    "feedback",
    "playbook",
    "playbookstep",
    "objection",
    "exposure",
    "valueoutcome",
]

# Which stage may follow which. What is imported was decided elsewhere, in whatever steps.
MOVES = """
CREATE FUNCTION accounts_opportunity_moves() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.origin <> 'import' AND NOT (OLD.stage, NEW.stage) IN (
        ('identified', 'qualified'), ('qualified', 'engaged'), ('engaged', 'evaluating'),
        ('evaluating', 'purchasing'), ('purchasing', 'won'), ('won', 'adopted'),
        ('identified', 'deferred'), ('qualified', 'deferred'), ('engaged', 'deferred'),
        ('evaluating', 'deferred'), ('purchasing', 'deferred'),
        ('identified', 'disqualified'), ('qualified', 'disqualified'),
        ('engaged', 'disqualified'), ('evaluating', 'disqualified'),
        ('purchasing', 'disqualified'),
        ('identified', 'lost'), ('qualified', 'lost'), ('engaged', 'lost'),
        ('evaluating', 'lost'), ('purchasing', 'lost'),
        ('deferred', 'identified'), ('deferred', 'qualified'), ('deferred', 'disqualified'),
        ('deferred', 'lost')
    ) THEN
        RAISE EXCEPTION 'An opportunity does not go from % to %.', OLD.stage, NEW.stage
            USING ERRCODE = 'check_violation', CONSTRAINT = 'opportunity_goes_step_by_step';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER opportunity_goes_step_by_step BEFORE UPDATE OF stage ON accounts_opportunity
FOR EACH ROW WHEN (OLD.stage IS DISTINCT FROM NEW.stage)
EXECUTE FUNCTION accounts_opportunity_moves();

CREATE FUNCTION accounts_opportunity_keeps() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'Code, account, motion and target of an opportunity stay: open another one.'
        USING ERRCODE = 'check_violation', CONSTRAINT = 'opportunity_stays_what_it_is';
END $$;
CREATE TRIGGER opportunity_stays_what_it_is
BEFORE UPDATE OF code, account_id, motion, target_plan_id, origin ON accounts_opportunity
FOR EACH ROW WHEN (
    (OLD.code, OLD.account_id, OLD.motion, OLD.target_plan_id, OLD.origin)
    IS DISTINCT FROM (NEW.code, NEW.account_id, NEW.motion, NEW.target_plan_id, NEW.origin))
EXECUTE FUNCTION accounts_opportunity_keeps();

CREATE FUNCTION accounts_opportunity_begins() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.stage NOT IN ('identified', 'deferred') THEN
        RAISE EXCEPTION 'An opportunity begins as identified or deferred.'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'opportunity_begins_at_the_beginning';
    END IF;
    IF NEW.motion LIKE '%\\_upsell' AND NOT EXISTS (
        SELECT FROM accounts_subscriptionline line
        JOIN pricing_plan plan ON plan.id = NEW.target_plan_id
        WHERE line.account_id = NEW.account_id AND line.product_id = plan.product_id
          AND line.voided_at IS NULL AND line.starts_on <= NEW.opened_on
          AND (line.ends_on IS NULL OR line.ends_on > NEW.opened_on)
    ) THEN
        RAISE EXCEPTION 'An upsell is of a product that the account owns; this is another one.'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'opportunity_upsell_is_of_what_is_owned';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER opportunity_begins BEFORE INSERT ON accounts_opportunity
FOR EACH ROW WHEN (NEW.origin <> 'import') EXECUTE FUNCTION accounts_opportunity_begins();

CREATE FUNCTION accounts_opportunity_won() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (
        SELECT FROM accounts_subscriptionline
        WHERE id = NEW.won_line_id AND account_id = NEW.account_id
    ) THEN
        RAISE EXCEPTION 'The line that was won is one of the account.'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'opportunity_won_line_is_of_the_account';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER opportunity_won_line_is_of_the_account
BEFORE INSERT OR UPDATE OF won_line_id ON accounts_opportunity
FOR EACH ROW WHEN (NEW.won_line_id IS NOT NULL) EXECUTE FUNCTION accounts_opportunity_won();

CREATE FUNCTION accounts_stakeholder_is_theirs() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (SELECT account_id FROM accounts_contact WHERE id = NEW.contact_id)
       <> (SELECT account_id FROM accounts_opportunity WHERE id = NEW.opportunity_id) THEN
        RAISE EXCEPTION 'A stakeholder is a contact of the account of the opportunity.'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'stakeholder_is_of_the_account';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER stakeholder_is_of_the_account
BEFORE INSERT OR UPDATE OF contact_id, opportunity_id ON accounts_stakeholder
FOR EACH ROW EXECUTE FUNCTION accounts_stakeholder_is_theirs();

CREATE TRIGGER opportunitytransition_append_only
BEFORE UPDATE OR DELETE ON accounts_opportunitytransition
FOR EACH STATEMENT EXECUTE FUNCTION accounts_append_only();
CREATE TRIGGER behaviourevent_append_only BEFORE UPDATE OR DELETE ON accounts_behaviourevent
FOR EACH STATEMENT EXECUTE FUNCTION accounts_append_only();
"""
NO_MOVES = """
DROP TRIGGER behaviourevent_append_only ON accounts_behaviourevent;
DROP TRIGGER opportunitytransition_append_only ON accounts_opportunitytransition;
DROP TRIGGER stakeholder_is_of_the_account ON accounts_stakeholder;
DROP TRIGGER opportunity_won_line_is_of_the_account ON accounts_opportunity;
DROP TRIGGER opportunity_begins ON accounts_opportunity;
DROP TRIGGER opportunity_stays_what_it_is ON accounts_opportunity;
DROP TRIGGER opportunity_goes_step_by_step ON accounts_opportunity;
DROP FUNCTION accounts_stakeholder_is_theirs();
DROP FUNCTION accounts_opportunity_won();
DROP FUNCTION accounts_opportunity_begins();
DROP FUNCTION accounts_opportunity_keeps();
DROP FUNCTION accounts_opportunity_moves();
"""

# A part of a playbook waits for who publishes it: the parent is locked before it is read.
PLAYBOOKS = """
CREATE FUNCTION accounts_playbook_is_published() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'A published playbook is never edited: draft the next version.'
        USING ERRCODE = 'check_violation', CONSTRAINT = 'playbook_published_stays';
END $$;
CREATE TRIGGER playbook_published_stays BEFORE UPDATE OR DELETE ON accounts_playbook
FOR EACH ROW WHEN (OLD.state = 'published') EXECUTE FUNCTION accounts_playbook_is_published();

CREATE FUNCTION accounts_playbook_part() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    whose bigint[];
BEGIN
    whose := CASE TG_OP WHEN 'INSERT' THEN ARRAY[NEW.playbook_id]
                        WHEN 'DELETE' THEN ARRAY[OLD.playbook_id]
                        ELSE ARRAY[OLD.playbook_id, NEW.playbook_id] END;
    PERFORM FROM accounts_playbook WHERE id = ANY(whose) ORDER BY id FOR SHARE;
    IF EXISTS (SELECT FROM accounts_playbook WHERE id = ANY(whose) AND state = 'published') THEN
        RAISE EXCEPTION 'A published playbook is never edited: draft the next version.'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'playbook_published_stays';
    END IF;
    RETURN coalesce(NEW, OLD);
END $$;
CREATE TRIGGER playbookstep_of_published_stays
BEFORE INSERT OR UPDATE OR DELETE ON accounts_playbookstep
FOR EACH ROW EXECUTE FUNCTION accounts_playbook_part();
CREATE TRIGGER objection_of_published_stays
BEFORE INSERT OR UPDATE OR DELETE ON accounts_objection
FOR EACH ROW EXECUTE FUNCTION accounts_playbook_part();
"""
NO_PLAYBOOKS = """
DROP TRIGGER objection_of_published_stays ON accounts_objection;
DROP TRIGGER playbookstep_of_published_stays ON accounts_playbookstep;
DROP TRIGGER playbook_published_stays ON accounts_playbook;
DROP FUNCTION accounts_playbook_part();
DROP FUNCTION accounts_playbook_is_published();
"""

# Checked at the end of the transaction, so that variants may be written one by one.
EXPERIMENTS = """
CREATE FUNCTION accounts_weights_add_up() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    whose bigint;
    total bigint;
BEGIN
    IF TG_TABLE_NAME = 'accounts_experiment' THEN
        whose := NEW.id;
    ELSIF TG_OP = 'DELETE' THEN
        whose := OLD.experiment_id;
    ELSE
        whose := NEW.experiment_id;
    END IF;
    PERFORM FROM accounts_experiment WHERE id = whose AND NOT is_imported FOR NO KEY UPDATE;
    IF FOUND THEN
        SELECT coalesce(sum(weight), 0) INTO total FROM accounts_variant
        WHERE experiment_id = whose;
        IF total <> 100 THEN
            RAISE EXCEPTION 'The weights of the variants add up to %, not to 100.', total
                USING ERRCODE = 'check_violation', CONSTRAINT = 'experiment_weights_add_up';
        END IF;
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER experiment_weights_add_up AFTER INSERT ON accounts_experiment
DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION accounts_weights_add_up();
CREATE CONSTRAINT TRIGGER variant_weights_add_up
AFTER INSERT OR UPDATE OR DELETE ON accounts_variant
DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION accounts_weights_add_up();

CREATE FUNCTION accounts_experiment_has_begun() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    whose bigint;
BEGIN
    IF TG_TABLE_NAME = 'accounts_experiment' THEN
        whose := OLD.id;
    ELSIF TG_OP = 'INSERT' THEN
        whose := NEW.experiment_id;
    ELSE
        whose := OLD.experiment_id;
    END IF;
    PERFORM FROM accounts_experiment WHERE id = whose AND NOT is_imported FOR NO KEY UPDATE;
    IF FOUND AND EXISTS (
        SELECT FROM accounts_opportunity o JOIN accounts_variant v ON v.id = o.variant_id
        WHERE v.experiment_id = whose
    ) THEN
        RAISE EXCEPTION 'Accounts have variants of this experiment already: end it, begin another.'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'experiment_begun_stays';
    END IF;
    RETURN coalesce(NEW, OLD);
END $$;
CREATE TRIGGER experiment_begun_stays BEFORE UPDATE OF motion, salt, code ON accounts_experiment
FOR EACH ROW WHEN ((OLD.motion, OLD.salt, OLD.code) IS DISTINCT FROM (NEW.motion, NEW.salt, NEW.code))
EXECUTE FUNCTION accounts_experiment_has_begun();
CREATE TRIGGER variant_of_begun_stays
BEFORE UPDATE OF experiment_id, code, rank, weight ON accounts_variant
FOR EACH ROW WHEN (
    (OLD.experiment_id, OLD.code, OLD.rank, OLD.weight)
    IS DISTINCT FROM (NEW.experiment_id, NEW.code, NEW.rank, NEW.weight))
EXECUTE FUNCTION accounts_experiment_has_begun();
CREATE TRIGGER variant_of_begun_is_all BEFORE INSERT OR DELETE ON accounts_variant
FOR EACH ROW EXECUTE FUNCTION accounts_experiment_has_begun();
"""
NO_EXPERIMENTS = """
DROP TRIGGER variant_of_begun_is_all ON accounts_variant;
DROP TRIGGER variant_of_begun_stays ON accounts_variant;
DROP TRIGGER experiment_begun_stays ON accounts_experiment;
DROP TRIGGER variant_weights_add_up ON accounts_variant;
DROP TRIGGER experiment_weights_add_up ON accounts_experiment;
DROP FUNCTION accounts_experiment_has_begun();
DROP FUNCTION accounts_weights_add_up();
"""

SINCE = date(2000, 1, 1)
SOURCE = "Default of Portico: nothing dictates it."
THRESHOLDS = [
    ("opportunity-cooldown-days", 90),
    ("opportunity-adoption-days", 90),
    ("exposure-gap-days", 90),
]


def seed(apps, schema_editor) -> None:
    threshold = apps.get_model("portfolio", "Threshold")
    for code, value in THRESHOLDS:
        threshold.objects.create(code=code, value=value, source=SOURCE, starts_on=SINCE)


def remove(apps, schema_editor) -> None:
    codes = [code for code, _ in THRESHOLDS]
    threshold = apps.get_model("portfolio", "Threshold")
    threshold.objects.filter(code__in=codes, starts_on=SINCE, source=SOURCE).delete()


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0018_opportunities"),
        ("audit", "0001_events"),
        ("config", "0002_versions"),
        ("portfolio", "0009_export_positioning"),
    ]
    operations = [
        *count_versions(*(f"accounts_{name}" for name in VERSIONED)),
        AuditTables("accounts_opportunity", unwatched=("version",), summarised=True),
        AuditTables(
            *(f"accounts_{name}" for name in VERSIONED if name != "opportunity"),
            unwatched=("version",),
        ),
        migrations.RunSQL(MOVES, NO_MOVES),
        migrations.RunSQL(PLAYBOOKS, NO_PLAYBOOKS),
        migrations.RunSQL(EXPERIMENTS, NO_EXPERIMENTS),
        migrations.RunPython(seed, remove),
    ]
