"""Published playbooks stay; an experiment adds up, and stays once it has begun."""

from config.rules import rules

PLAYBOOKS = """
CREATE TRIGGER playbook_published_stays BEFORE UPDATE OR DELETE ON accounts_playbook
FOR EACH ROW WHEN (OLD.state = 'published') EXECUTE FUNCTION config_refuse(
    'A published playbook is never edited: draft the next version.',
    'playbook_published_stays');

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

RULES = rules(PLAYBOOKS, EXPERIMENTS)
