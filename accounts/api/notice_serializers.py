"""Whom to tell, and by when, that a price moves."""

from rest_framework import serializers


class NoticeAnswer(serializers.Serializer):
    """A customer who is to be told that a price moves, and by when."""

    account = serializers.CharField()
    line = serializers.IntegerField()
    moves_on = serializers.DateField()
    tell_by = serializers.DateField()
    was = serializers.JSONField()
    becomes = serializers.JSONField()


class NoticesAnswer(serializers.Serializer):
    """A page of them, by the day on which to tell."""

    next = serializers.URLField(allow_null=True)
    previous = serializers.URLField(allow_null=True)
    results = NoticeAnswer(many=True)
