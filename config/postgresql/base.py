"""How a connection is opened: the embedded server first, then role and limits.

Every connection tells the audit trail who writes, and knows what it has told.
"""

from django.conf import settings
from django.db import OperationalError
from django.db.backends.postgresql import base

from config.audit.context import NOTHING, state
from config.localpg.place import NoServer, place
from config.localpg.server import ensure, was_seen
from config.postgresql.client import DatabaseClient
from config.postgresql.creation import DatabaseCreation
from config.postgresql.features import DatabaseFeatures
from config.postgresql.operations import DatabaseOperations
from config.postgresql.session import OURS, begin_session


class DatabaseWrapper(base.DatabaseWrapper):
    client_class = DatabaseClient
    creation_class = DatabaseCreation
    features_class = DatabaseFeatures
    ops_class = DatabaseOperations

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.stated = NOTHING
        self.execute_wrappers.append(state)

    # What was told ends with the transaction or with the savepoint inside which it was told.
    def _commit(self):
        self.stated = NOTHING
        return super()._commit()

    def _rollback(self):
        self.stated = NOTHING
        return super()._rollback()

    def _close(self):
        self.stated = NOTHING
        return super()._close()

    def _savepoint_rollback(self, sid):
        self.stated = None  # what was told before the savepoint holds again
        super()._savepoint_rollback(sid)

    def get_connection_params(self):
        params = super().get_connection_params()
        params["prepare_threshold"] = settings.PREPARE_AFTER
        return {key: value for key, value in params.items() if key not in OURS}

    def get_new_connection(self, conn_params):
        at = place()
        if conn_params.get("host") != str(at.socket):
            return super().get_new_connection(conn_params)
        try:
            if was_seen(at):
                try:
                    return super().get_new_connection(conn_params)
                except self.Database.OperationalError:
                    pass  # stopped since, or about to
            ensure()
        except NoServer as reason:
            raise OperationalError(str(reason)) from reason
        return super().get_new_connection(conn_params)

    def prepared_cursor(self):
        """A cursor for the few statements that nearly every request asks: what is asked again
        in the same words, apart from its parameters, is planned once for each connection."""
        self.ensure_connection()
        opened = self.connection
        usual, opened.cursor_factory = opened.cursor_factory, base.ServerBindingCursor
        try:
            return self.cursor()
        finally:
            opened.cursor_factory = usual

    def _configure_connection(self, connection):
        super()._configure_connection(connection)
        begin_session(connection, self.settings_dict["OPTIONS"])
        return True
