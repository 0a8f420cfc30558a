"""`dbshell`: the embedded server brings its own psql and is started for it."""

from django.db.backends.postgresql import client

from config.localpg.place import place
from config.localpg.programs import installed
from config.localpg.server import ensure


class DatabaseClient(client.DatabaseClient):
    @classmethod
    def settings_to_cmd_args_env(cls, settings_dict, parameters):
        words, environment = super().settings_to_cmd_args_env(settings_dict, parameters)
        if settings_dict["HOST"] == str(place().socket):
            ensure()
            words[0] = str(installed() / "pginstall/bin/psql")
        return words, environment
