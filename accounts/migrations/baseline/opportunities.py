"""What Django cannot say of opportunities: which step may follow, what stays as it is."""

from config.rules import rules

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

CREATE TRIGGER opportunity_stays_what_it_is
BEFORE UPDATE OF code, account_id, motion, target_plan_id, origin ON accounts_opportunity
FOR EACH ROW WHEN (
    (OLD.code, OLD.account_id, OLD.motion, OLD.target_plan_id, OLD.origin)
    IS DISTINCT FROM (NEW.code, NEW.account_id, NEW.motion, NEW.target_plan_id, NEW.origin))
EXECUTE FUNCTION config_refuse(
    'Code, account, motion and target of an opportunity stay: open another one.',
    'opportunity_stays_what_it_is');

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

SIGNAL_RULES = """
CREATE TRIGGER signalrule_stays_what_it_is BEFORE UPDATE ON accounts_signalrule
FOR EACH ROW WHEN ((OLD.code, OLD.source, OLD.motion, OLD.behaviour)
    IS DISTINCT FROM (NEW.code, NEW.source, NEW.motion, NEW.behaviour))
EXECUTE FUNCTION config_refuse(
    'What a rule notices and its motion stay: switch it off and add another one.',
    'signalrule_stays_what_it_is');
"""

RULES = rules(MOVES, SIGNAL_RULES)
