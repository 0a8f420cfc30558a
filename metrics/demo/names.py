"""Names of companies that do not exist."""

FIRST_WORDS = (
    "Alder Amber Arden Ash Aspen Barrow Beacon Birch Black Blue Bramble Briar Bright Cedar "
    "Clear Cliff Copper Coral Crane Crest Dawn Deer Drift Dun East Elm Ember Fairn Falcon Fern "
    "Flint Fox Glen Gold Granite Green Hale Harrow Haven Hazel Heron High Holm Iron Ivy Juniper "
    "Kest Lark Laurel Linden Long Maple Marl Mill Moor North Oak Otter Pine Quill Raven Red "
    "Reed Rook Rowan Sable Silver South Sparrow Stone Swift Thorn Vale West White Wild Willow "
    "Winter Wren Yarrow"
)
SECOND_WORDS = (
    "bank bay beck bourne bridge brook bury by combe croft dale field ford gate grove hall ham "
    "haven holt hurst land leigh mere mont mouth port ridge shore stead ton vale view water wick "
    "wood worth"
)
TRADE_WORDS = (
    "Advisory,Aerospace,Analytics,Apparel,Automation,Biotech,Brewing,Capital,Components,"
    "Consulting,Controls,Dental,Dynamics,Electric,Energy,Engineering,Foods,Freight,Furniture,"
    "Health,Hospitality,Instruments,Insurance,Interiors,Labs,Learning,Legal,Logistics,Marine,"
    "Materials,Media,Mobility,Networks,Optics,Packaging,Partners,Pharma,Press,Properties,"
    "Recruitment,Research,Robotics,Security,Software,Solar,Studios,Supply,Systems,Textiles,"
    "Timber,Tools,Travel,Ventures,Works"
)
FIRST, SECOND, TRADE = FIRST_WORDS.split(), SECOND_WORDS.split(), TRADE_WORDS.split(",")
TOGETHER = len(FIRST) * len(SECOND) * len(TRADE)
STRIDE = 61_843  # shares no divisor with TOGETHER: neighbours differ, and every name comes up once


def company_name(number: int) -> str:
    """The name of the customer with this number; all differ up to TOGETHER of them."""
    rest, trade = divmod(number * STRIDE % TOGETHER, len(TRADE))
    first, second = divmod(rest, len(SECOND))
    return f"{FIRST[first]}{SECOND[second]} {TRADE[trade]}"
