"""What rows of credits must be to one another; burn rates stay as they were written."""

from config.rules import rules

RATES = """
CREATE FUNCTION pricing_keep_burn_rate() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (NEW.id, NEW.unit_id, NEW.feature_id, NEW.credits, NEW.starts_on)
       IS DISTINCT FROM (OLD.id, OLD.unit_id, OLD.feature_id, OLD.credits, OLD.starts_on) THEN
        RAISE EXCEPTION 'A burn rate is never edited: end it, or let another one follow it.'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'burnrate_is_kept';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER burnrate_is_kept BEFORE UPDATE ON pricing_burnrate
FOR EACH ROW EXECUTE FUNCTION pricing_keep_burn_rate();
"""

FIT = """
CREATE FUNCTION pricing_fit_credit_terms() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM pricing_plan plan JOIN pricing_creditunit unit
                   ON unit.portfolio_id = plan.portfolio_id
                   WHERE plan.id = NEW.plan_id AND plan.kind = 'credit_pack'
                     AND unit.id = NEW.unit_id) THEN
        RAISE EXCEPTION 'Only a credit pack grants credits, and only of its own portfolio.'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'creditterms_are_of_a_pack';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER creditterms_are_of_a_pack BEFORE INSERT OR UPDATE OF plan_id, unit_id
ON pricing_creditterms FOR EACH ROW EXECUTE FUNCTION pricing_fit_credit_terms();

CREATE FUNCTION pricing_fit_burn_rate() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM pricing_feature
                   WHERE id = NEW.feature_id AND value_type = 'quantity') THEN
        RAISE EXCEPTION 'Only what is counted costs credits.'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'burnrate_is_of_a_quantity';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER burnrate_is_of_a_quantity BEFORE INSERT ON pricing_burnrate
FOR EACH ROW EXECUTE FUNCTION pricing_fit_burn_rate();

ALTER TABLE pricing_creditterms ADD CONSTRAINT creditterms_have_a_charge_of_their_pack
    FOREIGN KEY (overage_charge_id, plan_id) REFERENCES pricing_charge (id, plan_id);
"""

RULES = rules(RATES, FIT)
