"""What rows of plans must be to one another; a published version is never edited."""

from config.rules import rules

PUBLISHED = """
CREATE FUNCTION pricing_keep_published_version() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' OR (NEW.id, NEW.plan_id, NEW.number, NEW.state, NEW.existing_treatment,
                            NEW.starts_on)
        IS DISTINCT FROM (OLD.id, OLD.plan_id, OLD.number, OLD.state, OLD.existing_treatment,
                          OLD.starts_on) THEN
        RAISE EXCEPTION 'A published plan version is never edited; end it and publish the next.'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'planversion_published_is_kept';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER planversion_published_is_kept BEFORE UPDATE OR DELETE ON pricing_planversion
FOR EACH ROW WHEN (OLD.state = 'published') EXECUTE FUNCTION pricing_keep_published_version();
"""

PUBLISHED_PARTS = """
CREATE FUNCTION pricing_keep_published_parts() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    of_version bigint;
    its_state text;
BEGIN
    FOREACH of_version IN ARRAY CASE TG_OP
        WHEN 'INSERT' THEN ARRAY[NEW.plan_version_id]
        WHEN 'DELETE' THEN ARRAY[OLD.plan_version_id]
        ELSE ARRAY[OLD.plan_version_id, NEW.plan_version_id] END
    LOOP
        SELECT state INTO its_state FROM pricing_planversion WHERE id = of_version FOR SHARE;
        IF its_state = 'published' THEN
            RAISE EXCEPTION 'A published plan version is never edited; end it and publish the next.'
                USING ERRCODE = 'check_violation', CONSTRAINT = 'planversion_published_is_kept';
        END IF;
    END LOOP;
    RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
END $$;

CREATE TRIGGER a_published_is_kept BEFORE INSERT OR UPDATE OR DELETE ON pricing_entitlement
FOR EACH ROW EXECUTE FUNCTION pricing_keep_published_parts();
CREATE TRIGGER a_published_is_kept BEFORE INSERT OR UPDATE OR DELETE ON pricing_bundleitem
FOR EACH ROW EXECUTE FUNCTION pricing_keep_published_parts();
"""

FEATURES = """
CREATE FUNCTION pricing_fit_feature() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    granted pricing_feature;
BEGIN
    SELECT * INTO granted FROM pricing_feature WHERE id = NEW.feature_id FOR SHARE;
    IF granted.value_type <> (CASE WHEN NEW.flag IS NOT NULL THEN 'flag'
                                   WHEN NEW.level IS NOT NULL THEN 'level'
                                   ELSE 'quantity' END) THEN
        RAISE EXCEPTION 'What is granted of % does not fit it: it is of the type %.',
            granted.name, granted.value_type
            USING ERRCODE = 'check_violation', CONSTRAINT = 'entitlement_fits_its_feature';
    END IF;
    IF NEW.level IS NOT NULL AND NOT NEW.level = ANY (granted.levels) THEN
        RAISE EXCEPTION '% has the levels %.', granted.name, array_to_string(granted.levels, ', ')
            USING ERRCODE = 'check_violation', CONSTRAINT = 'entitlement_level_is_of_the_feature';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER entitlement_fits_its_feature BEFORE INSERT OR UPDATE ON pricing_entitlement
FOR EACH ROW EXECUTE FUNCTION pricing_fit_feature();

CREATE FUNCTION pricing_keep_feature() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.value_type <> OLD.value_type THEN
        RAISE EXCEPTION 'What a feature is measured in never changes: add another feature.'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'feature_value_type_never_changes';
    END IF;
    IF EXISTS (SELECT FROM pricing_entitlement
               WHERE feature_id = NEW.id AND NOT level = ANY (NEW.levels)) THEN
        RAISE EXCEPTION 'A plan version grants a level that would be gone: add levels, keep those.'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'feature_keeps_granted_levels';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER feature_keeps_what_is_granted
BEFORE UPDATE OF value_type, levels ON pricing_feature
FOR EACH ROW EXECUTE FUNCTION pricing_keep_feature();
"""

COMPONENTS = """
CREATE FUNCTION pricing_fit_component() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    whole pricing_plan;
    part pricing_plan;
    sold portfolio_product;
BEGIN
    SELECT plan.* INTO whole FROM pricing_plan plan
    JOIN pricing_planversion version ON version.plan_id = plan.id
    WHERE version.id = NEW.plan_version_id;
    SELECT * INTO part FROM pricing_plan WHERE id = NEW.plan_id;
    IF whole.kind NOT IN ('bundle', 'platform') THEN
        RAISE EXCEPTION 'Only bundles and platforms have components.'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'bundleitem_is_of_a_bundle';
    END IF;
    IF whole.id = part.id THEN
        RAISE EXCEPTION 'A bundle cannot contain itself.'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'bundleitem_is_not_itself';
    END IF;
    IF part.kind IN ('bundle', 'platform') THEN
        RAISE EXCEPTION 'Bundles and platforms do not nest: name their parts.'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'bundleitem_does_not_nest';
    END IF;
    SELECT * INTO sold FROM portfolio_product WHERE id = part.product_id FOR SHARE;
    IF sold.origin = 'third_party' AND sold.review_state <> 'approved' THEN
        RAISE EXCEPTION '% is not approved: only approved third-party products go into bundles and platforms.', sold.name
            USING ERRCODE = 'check_violation', CONSTRAINT = 'bundleitem_is_approved';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER bundleitem_fits_its_bundle BEFORE INSERT OR UPDATE ON pricing_bundleitem
FOR EACH ROW EXECUTE FUNCTION pricing_fit_component();
"""

PATHS = """
CREATE FUNCTION pricing_path_goes_with_ranks(kind text, origin pricing_plan, target pricing_plan)
RETURNS boolean LANGUAGE sql IMMUTABLE AS $$
    SELECT kind = 'sunset' OR origin.kind <> 'tier' OR target.kind <> 'tier'
        OR origin.product_id <> target.product_id
        OR kind = CASE WHEN target.rank > origin.rank THEN 'upgrade' ELSE 'downgrade' END
$$;

CREATE FUNCTION pricing_fit_path() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    origin pricing_plan;
    target pricing_plan;
BEGIN
    PERFORM FROM pricing_plan WHERE id IN (NEW.from_plan_id, NEW.to_plan_id) ORDER BY id FOR SHARE;
    SELECT * INTO origin FROM pricing_plan WHERE id = NEW.from_plan_id;
    SELECT * INTO target FROM pricing_plan WHERE id = NEW.to_plan_id;
    IF NOT pricing_path_goes_with_ranks(NEW.kind, origin, target) THEN
        RAISE EXCEPTION 'From rank % to rank % of one product is no %.',
            origin.rank, target.rank, NEW.kind
            USING ERRCODE = 'check_violation', CONSTRAINT = 'migrationpath_goes_with_the_ranks';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER migrationpath_goes_with_the_ranks BEFORE INSERT OR UPDATE ON pricing_migrationpath
FOR EACH ROW EXECUTE FUNCTION pricing_fit_path();

CREATE FUNCTION pricing_keep_ranks_of_paths() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    against text;
BEGIN
    SELECT string_agg(other.name, ', ' ORDER BY other.rank) INTO against
    FROM pricing_migrationpath path
    JOIN pricing_plan other
      ON other.id <> NEW.id AND other.id IN (path.from_plan_id, path.to_plan_id)
    WHERE NEW.id IN (path.from_plan_id, path.to_plan_id)
      AND NOT pricing_path_goes_with_ranks(path.kind,
            CASE WHEN path.from_plan_id = NEW.id THEN NEW ELSE other END,
            CASE WHEN path.to_plan_id = NEW.id THEN NEW ELSE other END);
    IF against IS NOT NULL THEN
        RAISE EXCEPTION 'Paths between this tier and % go against such a rank: change them first.', against
            USING ERRCODE = 'check_violation', CONSTRAINT = 'migrationpath_goes_with_the_ranks';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER plan_rank_goes_with_its_paths BEFORE UPDATE OF rank, product_id ON pricing_plan
FOR EACH ROW EXECUTE FUNCTION pricing_keep_ranks_of_paths();

CREATE TRIGGER plan_kind_never_changes BEFORE UPDATE OF kind ON pricing_plan
FOR EACH ROW WHEN (OLD.kind <> NEW.kind) EXECUTE FUNCTION config_refuse(
    'The kind of a plan never changes: add another plan.',
    'plan_kind_never_changes');
"""

RULES = rules(PUBLISHED, PUBLISHED_PARTS, FEATURES, COMPONENTS, PATHS)
