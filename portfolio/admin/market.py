"""Segments and regions in the admin."""

from django.contrib import admin

from config.admin.navigation import Section
from config.admin.options import ModelAdmin, TabularInline
from config.admin.spreadsheets import Spreadsheets
from portfolio.models import Region, RegionCountry, Segment


class MarketAdmin(Spreadsheets, ModelAdmin):
    section = Section.PORTFOLIO
    list_display = ["name", "code", "rank"]
    search_fields = ["code", "name"]
    fixed_fields = ("code",)
    fields = ["name", "code", "rank"]


@admin.register(Segment)
class SegmentAdmin(MarketAdmin):
    menu_place = 2
    icon = "group_work"
    empty_hint = "A segment is a kind of customer, such as enterprise. An import makes them too."


class CountryInline(TabularInline):
    model = RegionCountry
    fields = ["country"]
    verbose_name_plural = "countries: each is in one region"
    hide_title = True
    show_change_link = False


@admin.register(Region)
class RegionAdmin(MarketAdmin):
    inlines = [CountryInline]
    menu_place = 3
    icon = "public"
    empty_hint = "A region is a part of the world we sell to. An import makes them too."
