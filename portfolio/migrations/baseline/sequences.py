"""How products follow one another: links count as changes, nothing goes in a circle."""

from config.rules import rules

COUNT_LINKS = """
CREATE FUNCTION portfolio_count_links() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE portfolio_product SET version = version
    WHERE id IN (SELECT product_id FROM links);
    RETURN NULL;
END $$;
"""

ON_LINKS = """
CREATE TRIGGER link_counts_added AFTER INSERT ON {table} REFERENCING NEW TABLE AS links
FOR EACH STATEMENT EXECUTE FUNCTION portfolio_count_links();
CREATE TRIGGER link_counts_removed AFTER DELETE ON {table} REFERENCING OLD TABLE AS links
FOR EACH STATEMENT EXECUTE FUNCTION portfolio_count_links();
CREATE TRIGGER link_counts_from AFTER UPDATE ON {table} REFERENCING OLD TABLE AS links
FOR EACH STATEMENT EXECUTE FUNCTION portfolio_count_links();
CREATE TRIGGER link_counts_to AFTER UPDATE ON {table} REFERENCING NEW TABLE AS links
FOR EACH STATEMENT EXECUTE FUNCTION portfolio_count_links();
"""

LINKS = ["portfolio_product_personas", "portfolio_product_needs"]

ONE_WRITER = """
CREATE FUNCTION portfolio_one_writer_of_sequences() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_advisory_xact_lock(hashtextextended('portfolio_sequence', 0));
    RETURN NULL;
END $$;

CREATE TRIGGER sequence_one_writer BEFORE INSERT OR UPDATE OF before_id, after_id
ON portfolio_sequence FOR EACH STATEMENT EXECUTE FUNCTION portfolio_one_writer_of_sequences();
"""

NO_CIRCLE = """
CREATE FUNCTION portfolio_no_circle_of_sequences() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    products bigint;
    leads_back boolean;
    way text;
BEGIN
    WITH RECURSIVE later (id) AS (
        SELECT NEW.after_id
        UNION
        SELECT step.after_id FROM later JOIN portfolio_sequence step ON step.before_id = later.id
    )
    SELECT count(*), bool_or(id = NEW.before_id) INTO products, leads_back FROM later;
    IF NOT leads_back THEN
        RETURN NULL;
    END IF;

    WITH RECURSIVE later (id, steps) AS (
        SELECT NEW.after_id, 1
        UNION
        SELECT step.after_id, later.steps + 1
        FROM later JOIN portfolio_sequence step ON step.before_id = later.id
        WHERE later.id <> NEW.before_id AND later.steps < products
    ), back (id, steps) AS (
        (SELECT id, steps FROM later WHERE id = NEW.before_id ORDER BY steps LIMIT 1)
        UNION ALL
        SELECT (
            SELECT min(later.id)
            FROM later JOIN portfolio_sequence step ON step.before_id = later.id
            WHERE step.after_id = back.id AND later.steps = back.steps - 1
        ), back.steps - 1
        FROM back WHERE back.steps > 1
    )
    SELECT string_agg(product.name, ' -> ' ORDER BY back.steps) INTO way
    FROM back JOIN portfolio_product product ON product.id = back.id;

    RAISE EXCEPTION 'This would go in a circle: % -> %. A product cannot come before itself, not even by way of others.',
        (SELECT name FROM portfolio_product WHERE id = NEW.before_id), way
        USING ERRCODE = 'check_violation', CONSTRAINT = 'sequence_goes_in_no_circle';
END $$;

CREATE TRIGGER sequence_goes_in_no_circle AFTER INSERT OR UPDATE OF before_id, after_id
ON portfolio_sequence FOR EACH ROW EXECUTE FUNCTION portfolio_no_circle_of_sequences();
"""

SUCCESSORS = """
CREATE FUNCTION portfolio_sunset_has_no_circle() RETURNS trigger LANGUAGE plpgsql VOLATILE AS $$
BEGIN
    PERFORM pg_advisory_xact_lock(hashtext('portfolio.sunset'));
    IF EXISTS (
        WITH RECURSIVE chain (product_id) AS (
            SELECT NEW.successor_id
            UNION
            SELECT plan.successor_id FROM portfolio_sunsetplan plan
            JOIN chain USING (product_id)
            WHERE plan.product_id <> NEW.product_id
        )
        SELECT FROM chain WHERE product_id = NEW.product_id
    ) THEN
        RAISE EXCEPTION 'The chain of successors would come back to this product.'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'sunsetplan_chain_has_an_end';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER sunsetplan_chain_has_an_end
BEFORE INSERT OR UPDATE OF product_id, successor_id ON portfolio_sunsetplan
FOR EACH ROW WHEN (NEW.successor_id IS NOT NULL)
EXECUTE FUNCTION portfolio_sunset_has_no_circle();
"""

RULES = rules(
    COUNT_LINKS,
    *(ON_LINKS.format(table=table) for table in LINKS),
    ONE_WRITER,
    NO_CIRCLE,
    SUCCESSORS,
)
