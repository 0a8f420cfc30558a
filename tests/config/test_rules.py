"""What migrations are made of, and databases that older migrations made."""

import pytest
from django.core.management.base import CommandError
from django.db import IntegrityError, connection, models, transaction
from django.db.migrations import CreateModel
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from django.db.migrations.state import ModelState, ProjectState

from config.management.commands.migrate import require_all_that_was_replaced
from config.postgresql.owner import as_owner
from config.rules import CreateModels, rules
from portfolio.models import Threshold
from portfolio.thresholds import thresholds
from tests.config.audit.trail import ask

Applied = MigrationRecorder.Migration.objects


def tables() -> set[str]:
    return {name for (name,) in ask("SELECT tablename FROM pg_tables WHERE tablename LIKE 'made%'")}


def test_many_models_are_rendered_once_even_in_a_circle(monkeypatch, transactional_db):
    rendered = []
    render = ModelState.render
    monkeypatch.setattr(
        ModelState, "render", lambda self, apps: rendered.append(self.name) or render(self, apps)
    )
    key = ("id", models.BigAutoField(primary_key=True))
    there = [CreateModel(f"made{i}", [key], {"db_table": f"made{i}"}) for i in (1, 2)]
    there[0].fields.append(("other", models.ForeignKey("audit.made2", models.CASCADE)))
    there[1].fields.append(("other", models.ForeignKey("audit.made1", models.CASCADE)))
    operation = CreateModels(*there)
    before, after = ProjectState(), ProjectState()
    after.apps  # noqa: B018  (rendered, as between two migrations)
    operation.state_forwards("audit", after)

    with as_owner(connection), connection.schema_editor() as editor:
        operation.database_forwards("audit", editor, before, after)
    try:
        assert sorted(rendered) == ["made1", "made2"]
        assert tables() == {"made1", "made2"}
    finally:
        with as_owner(connection), connection.schema_editor() as editor:
            operation.database_backwards("audit", editor, after, before)
    assert tables() == set()
    assert operation.describe() == "Create made1, made2"
    assert operation.deconstruct() == ("CreateModels", tuple(there), {})


def test_going_back_drops_functions_and_the_triggers_that_call_them(transactional_db):
    operation = rules(
        "CREATE FUNCTION made_a() RETURNS trigger LANGUAGE plpgsql "
        "AS $$ BEGIN RETURN NULL; END $$;",
        "CREATE TRIGGER made_b AFTER INSERT ON portfolio_region EXECUTE FUNCTION made_a();",
    )
    found = "SELECT count(*) FROM pg_trigger WHERE tgname = 'made_b'"

    with as_owner(connection):
        with connection.schema_editor() as editor:
            operation.database_forwards("portfolio", editor, None, None)
        assert ask(found) == [(1,)]
        with connection.schema_editor() as editor:
            operation.database_backwards("portfolio", editor, None, None)
    assert ask(found) == [(0,)]


@pytest.mark.django_db
def test_a_refusal_says_the_words_of_its_trigger():
    ask("CREATE TEMPORARY TABLE made (n int)")
    ask("INSERT INTO made VALUES (1)")
    ask(
        "CREATE TRIGGER made_is_kept BEFORE DELETE ON made FOR EACH ROW "
        "EXECUTE FUNCTION config_refuse('All of it stays.', 'made_is_kept')"
    )

    with pytest.raises(IntegrityError, match="All of it stays") as refused, transaction.atomic():
        ask("DELETE FROM made")
    assert refused.value.__cause__.diag.constraint_name == "made_is_kept"


@pytest.mark.django_db
def test_a_threshold_that_is_there_keeps_its_figure():
    Threshold.objects.filter(code="attach-weak").update(value=7)
    operation = thresholds("Nobody.", {"attach-weak": "1", "made-now": "0.25"})

    with connection.schema_editor() as editor:
        operation.database_forwards("portfolio", editor, None, None)
        assert Threshold.objects.get(code="attach-weak").value == 7
        assert str(Threshold.objects.get(code="made-now")) == "made-now 0.25"
        operation.database_backwards("portfolio", editor, None, None)
    assert not Threshold.objects.filter(code="made-now").exists()
    assert Threshold.objects.filter(code="attach-weak").exists()


def replacing() -> dict[tuple[str, str], list[tuple[str, str]]]:
    found = MigrationLoader(None).disk_migrations.items()
    ours = {"access", "accounts", "audit", "config", "metrics", "outbox", "portfolio", "pricing"}
    return {key: m.replaces for key, m in found if m.replaces and key[0] in ours}


@pytest.mark.django_db
def test_a_database_that_older_migrations_made_is_taken_over():
    for app, name in replacing():
        Applied.filter(app=app, name=name).delete()

    require_all_that_was_replaced(connection)
    executor = MigrationExecutor(connection)

    assert executor.migration_plan(executor.loader.graph.leaf_nodes()) == []


@pytest.mark.django_db
def test_a_database_that_older_migrations_made_in_part_is_refused():
    for (app, name), older in replacing().items():
        Applied.filter(app=app, name=name).delete()
        if app == "accounts":
            Applied.filter(app=app, name=older[-1][1]).delete()

    with pytest.raises(CommandError, match="stopped in the middle of accounts"):
        require_all_that_was_replaced(connection)
