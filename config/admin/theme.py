"""How the admin looks: title, colours, and where the menu comes from."""

from django.templatetags.static import static
from django.urls import reverse_lazy
from django.utils.translation import gettext_lazy as _

# A quiet petrol; every step keeps its contrast on the neutral of the other end.
PRIMARY = {
    "50": "oklch(97.5% .012 215)",
    "100": "oklch(94.5% .024 215)",
    "200": "oklch(89.5% .042 215)",
    "300": "oklch(82.5% .062 217)",
    "400": "oklch(73% .08 219)",
    "500": "oklch(65.5% .09 221)",
    "600": "oklch(46.5% .082 224)",
    "700": "oklch(41% .072 226)",
    "800": "oklch(35.5% .06 228)",
    "900": "oklch(31% .05 230)",
    "950": "oklch(23% .04 232)",
}
BASE = {
    "50": "oklch(98.6% .002 230)",
    "100": "oklch(96.6% .003 230)",
    "200": "oklch(92.4% .005 230)",
    "300": "oklch(86.8% .008 232)",
    "400": "oklch(72% .014 234)",
    "500": "oklch(53% .018 236)",
    "600": "oklch(43.5% .02 238)",
    "700": "oklch(36.5% .02 240)",
    "800": "oklch(27% .018 242)",
    "900": "oklch(20.5% .016 244)",
    "950": "oklch(13.5% .014 246)",
}

UNFOLD = {
    "SITE_TITLE": "Portico",
    "SITE_HEADER": "Portico",
    "SITE_SUBHEADER": "Products, prices, customers",
    "SITE_SYMBOL": "account_balance",
    "SITE_URL": None,
    "SITE_FAVICONS": [
        {
            "rel": "icon",
            "type": "image/svg+xml",
            "href": lambda request: static("portico/icon.svg"),
        },
    ],
    "SHOW_VIEW_ON_SITE": False,
    "SHOW_HISTORY": True,
    "BORDER_RADIUS": "6px",
    "COLORS": {"primary": PRIMARY, "base": BASE},
    "STYLES": [lambda request: static("portico/admin.css")],
    "SCRIPTS": [lambda request: static("portico/reach.js")],
    "ACCOUNT": {
        "navigation": [
            {"title": _("Change password"), "link": reverse_lazy("admin:password_change")},
            {"title": _("Two-Factor Authentication"), "link": reverse_lazy("mfa_index")},
        ],
    },
    "COMMAND": {"search_callback": "config.admin.search.find"},
    "SIDEBAR": {
        "show_search": True,
        "command_search": True,
        "navigation": "config.admin.navigation.menu",
    },
}
