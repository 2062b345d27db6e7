"""The words that descriptions of people are made of, and what they mean."""

import re
from collections.abc import Mapping
from typing import Literal, TypeAlias

from sparkle_motion_dagster.engines.images.storyboard.canvas.colours import Colour

HairStyle: TypeAlias = Literal[
    "short", "crop", "messy", "curls", "afro", "bald", "balding", "bob", "long", "wavy", "bun",
    "ponytail", "braid", "pixie", "pigtails",
]  # fmt: skip


BeardStyle: TypeAlias = Literal["none", "stubble", "moustache", "walrus", "goatee", "full", "long"]


HatStyle: TypeAlias = Literal[
    "none", "cap", "hood", "beret", "peaked", "headscarf", "crown", "helmet", "brim", "top hat",
    "beanie", "toque", "pointed",
]  # fmt: skip


ClothesStyle: TypeAlias = Literal[
    "coat", "oilskin", "uniform", "shirt", "sweater", "suit", "tweed", "dress", "apron",
    "overalls", "white coat", "robe", "hoodie", "armour", "spacesuit", "t-shirt",
]  # fmt: skip


GlassesStyle: TypeAlias = Literal["none", "round", "square", "dark", "steamed"]


COLOURS: Mapping[str, Colour] = {
    "plum": (98, 52, 88), "purple": (108, 66, 134), "violet": (122, 84, 156),
    "lilac": (172, 146, 196), "lavender": (176, 158, 206), "magenta": (176, 52, 120),
    "pink": (226, 142, 160), "rose": (206, 110, 124), "crimson": (156, 30, 46),
    "scarlet": (196, 40, 40), "red": (188, 46, 44), "burgundy": (108, 30, 44),
    "maroon": (104, 34, 44), "rust": (168, 84, 46), "orange": (224, 128, 48),
    "amber": (214, 150, 54), "mustard": (200, 156, 56), "yellow": (236, 190, 52),
    "golden": (214, 168, 70), "gold": (214, 168, 70), "olive": (112, 112, 62),
    "khaki": (160, 146, 104), "green": (66, 118, 78), "emerald": (36, 122, 88),
    "mint": (160, 206, 180), "teal": (42, 116, 118), "turquoise": (62, 160, 162),
    "cyan": (70, 170, 190), "navy": (36, 48, 84), "indigo": (62, 60, 118),
    "blue": (58, 92, 150), "denim": (78, 104, 140), "black": (40, 38, 44),
    "charcoal": (62, 62, 68), "grey": (132, 134, 140), "gray": (132, 134, 140),
    "silver": (184, 188, 196), "white": (238, 236, 230), "cream": (236, 224, 198),
    "ivory": (236, 228, 210), "beige": (208, 188, 156), "tan": (190, 154, 112),
    "brown": (110, 76, 52), "copper": (176, 104, 62), "brass": (206, 166, 84),
    "leather": (112, 74, 48), "straw": (218, 190, 124),
}  # fmt: skip


HAIR_COLOURS: Mapping[str, Colour] = {
    "salt-and-pepper|salt and pepper|greying|graying": (124, 120, 120),
    "grey|gray|iron-grey": (162, 162, 166), "silver": (198, 200, 206),
    "snow-white|white": (232, 230, 226), "blonde?|fair|golden|straw|flaxen": (218, 178, 100),
    "ginger|red|copper|auburn|redhead|flame": (176, 76, 36), "chestnut": (112, 62, 38),
    "light brown|sandy": (160, 118, 74), "brown|brunette|hazel": (92, 60, 42),
    "black|raven|jet|jet-black": (34, 30, 36), "dark": (50, 38, 38),
    "pink": (226, 120, 160), "blue": (70, 110, 190), "green": (80, 150, 96),
    "purple|violet": (122, 82, 160), "turquoise|teal": (60, 150, 150),
}  # fmt: skip


SKINS: Mapping[str, Colour] = {
    r"(?:very )?pale|porcelain|ashen|pallid|white skin": (250, 222, 206),
    r"fair[- ]skin\w*|fair complexion": (250, 214, 190),
    r"ruddy|rosy|sunburnt|sunburned|weather-?beaten|weathered|wind-?burnt": (232, 170, 140),
    r"tanned|tan skin|sun-?browned|bronzed?|olive skin\w*|olive complexion|latin[oa]|hispanic"
    r"|arab\w*|persian|turkish|mexican|brazilian": (208, 152, 110),
    r"brown[- ]skin\w*|brown skin|indian|south asian|pakistani|bengali|tamil": (172, 118, 82),
    r"(?:dark|black)[- ]skin\w*|dark complexion|ebony|african|nigerian|kenyan|ghanaian|senegalese"
    r"|jamaican|black (?:wo)?man|black (?:girl|boy)": (112, 74, 56),
    r"chinese|japanese|korean|vietnamese|east asian": (236, 196, 152),
}


HAIR_STYLES: Mapping[str, HairStyle] = {
    r"balding|receding|thinning|tonsur\w+": "balding",
    r"bald|hairless|shaven head|shaved head|clean-shaven head": "bald",
    r"braids? (?:on|at) (?:both|either)|pigtails?|two (?:braids|plaits)|bunches": "pigtails",
    r"braid(?:s|ed)?|plaits?|plaited": "braid",
    r"bun|topknot|chignon|updo|hair up|pinned[- ]up|hair pinned": "bun",
    r"pony-?tail": "ponytail",
    r"afro": "afro",
    r"curl(?:s|y)?|ringlets|frizzy|dreadlocks": "curls",
    r"(?:a|\w+ed|\w+y|sleek|short|neat|black|brown|grey|blonde?|red|dark) bob|bobbed|chin-length"
    r"|shoulder-length": "bob",
    r"pixie": "pixie",
    r"wavy|waves of": "wavy",
    r"long(?:[- ]\w+){0,2}[- ]hair\w*|flowing hair|locks|mane|hair down": "long",
    r"crew cut|buzz cut|buzzed|cropped|crop|close-cut|stubbly head": "crop",
    r"(?:messy|unruly|wild)(?: \w+)? hair|tousled|spiky|shock of|mop of|windswept"
    r"|dishevel\w+": "messy",
    r"short(?:[- ]\w+){0,2}[- ]hair\w*|slick\w*|side parting|neat hair|combed": "short",
}


BEARDS: Mapping[str, BeardStyle] = {
    r"walrus mou?stache|handlebar mou?stache|(?:bushy|huge|great|big|thick) mou?stache": "walrus",
    r"long(?:[- ]\w+){0,2}[- ]beard": "long",
    r"goatee|van dyke": "goatee",
    r"stubbl\w+|unshaven|five o'clock shadow": "stubble",
    r"beard(?:ed)?|whiskers|sideburns": "full",
    r"mou?stachi?(?:e|o)d?": "moustache",
    r"clean-?shaven|beardless": "none",
}


SMUDGES: Mapping[str, Colour] = {
    r"flour\w*|chalk\w*|dusty": (250, 246, 238),
    r"soot\w*|coal\w*|grease|greasy|oil-?stained|ink-?stained": (44, 38, 42),
    r"mud|muddy|dirt|dirty|grimy": (96, 70, 48),
}


HATS: Mapping[str, HatStyle] = {
    r"headscarf|head scarf|kerchief|babushka|hijab|veil|wimple|shawl over": "headscarf",
    r"berets?": "beret",
    r"crown|tiara|diadem": "crown",
    r"hood(?:ed)?|cowl|hood up": "hood",
    r"(?:police|officer'?s?|conductor'?s?|captain'?s?|sailor'?s?|peaked|uniform|pilot'?s?) "
    r"(?:cap|hat)": "peaked",
    r"helmet|hard hat": "helmet",
    r"top hat|bowler|stovepipe": "top hat",
    r"chef'?s hat|toque|cook'?s hat": "toque",
    r"(?:witch|wizard|pointed|pointy)(?:'?s)? hat": "pointed",
    r"beanie|woolly hat|wool hat|wool(?:len)? cap|knit(?:ted)? (?:hat|cap)|bobble hat"
    r"|watch cap": "beanie",
    r"(?:flat |baseball |peak |tweed |school)?caps?": "cap",
    r"fedora|trilby|straw hat|sun ?hat|cowboy hat|stetson|broad-brimmed|wide-brimmed|brimmed hat"
    r"|sou'?wester|hat": "brim",
}  # fmt: skip


CLOTHES: Mapping[str, ClothesStyle] = {
    r"lab coat|white coat|doctor'?s coat": "white coat",
    r"oilskins?|raincoat|rain jacket|slicker|mackintosh|anorak|parka": "oilskin",
    r"uniform|tunic with": "uniform",
    r"tweed\w*|corduroy|sports jacket|blazer|waistcoat|vest": "tweed",
    r"spacesuit|(?:space|pressure) suit": "spacesuit",
    r"overalls|dungarees|jumpsuit|(?:boiler|flight|jump) suit": "overalls",
    r"suit|tuxedo|dinner jacket": "suit",
    r"armou?r|breastplate|chain ?mail|cuirass": "armour",
    r"(?:over|great|trench|duffel|duffle|winter|fur|wool\w*|long|leather|pea) ?-?(?:coat|jacket)"
    r"|coat|jacket|cardigan": "coat",
    r"robes?|cloak|cape|gown of|kimono|cassock|toga|sari": "robe",
    r"dress|gown|blouse|skirt|frock": "dress",
    r"hoodie|hooded sweatshirt|tracksuit": "hoodie",
    r"t-?shirt|tee|tank top|vest top|jersey": "t-shirt",
    r"sweater|jumper|pullover|turtleneck|guernsey|polo neck|knitwear": "sweater",
    r"shirt|polo": "shirt",
    r"apron|pinafore": "apron",
}  # fmt: skip


ROLES: tuple[tuple[str, ClothesStyle, HatStyle, Colour | None], ...] = (
    (r"polic\w+|constable|sheriff|gendarme", "uniform", "peaked", (40, 52, 88)),
    (
        r"(?:train|tram|bus|ticket|railway) conductor|stationmaster|porter", "uniform", "peaked",
        None,
    ),
    (r"soldier|officer|general|colonel|lieutenant|sergeant", "uniform", "peaked", (92, 98, 70)),
    (r"captain|admiral|pilot|steward(?:ess)?", "uniform", "peaked", (36, 48, 84)),
    (r"firefighter|fireman|firewoman", "oilskin", "helmet", (70, 66, 60)),
    (r"baker|cook|butcher|barista|blacksmith|barmaid", "apron", "none", None),
    (r"chef", "apron", "toque", None),
    (r"doctor|scientist|nurse|surgeon|professor of|chemist|vet", "white coat", "none", None),
    (r"fisher\w+|trawlerman", "oilskin", "none", None),
    (r"sailor|deckhand", "sweater", "beanie", (36, 48, 84)),
    (r"knight|paladin|guardsman", "armour", "none", None),
    (r"king|queen|emperor|empress", "robe", "crown", (120, 32, 50)),
    (r"prince(?:ss)?", "robe", "crown", None),
    (r"wizard|witch|sorcerer|sorceress|mage", "robe", "pointed", (62, 54, 98)),
    (r"monk|friar|hermit|druid", "robe", "hood", (110, 84, 58)),
    (r"nun|abbess", "robe", "headscarf", (46, 44, 52)),
    (r"priest|vicar|bishop", "robe", "none", (40, 38, 46)),
    (r"astronaut|cosmonaut|spacewoman|spaceman", "spacesuit", "none", None),
    (r"farmer|gardener|mechanic|miner|plumber|carpenter", "overalls", "none", (70, 92, 128)),
    (r"business\w+|lawyer|banker|agent|manager|butler|diplomat|accountant", "suit", "none", None),
    (r"detective|inspector|spy", "coat", "brim", (176, 150, 112)),
    (r"professor|teacher|librarian|scholar|writer|historian|journalist", "tweed", "none", None),
    (r"cowboy|cowgirl", "shirt", "brim", None),
    (r"hacker|skater|rapper|student", "hoodie", "none", None),
)  # fmt: skip


FEMININE = (
    r"woman|women|girl|lady|mother|mum|mom|mama|grandmother|grandma|granny|nan|aunt\w*|sister"
    r"|daughter|niece|queen|princess|empress|actress|waitress|stewardess|heroine|wife|widow|bride"
    r"|nun|abbess|witch|sorceress|countess|duchess|seamstress|barmaid|schoolgirl|ballerina|female"
    r"|(?:police|fire|fisher|space|business|horse)woman|cowgirl|she|herself"
)


MASCULINE = (
    r"man|men|boy|gentleman|lord|father|dad|papa|grandfather|grandpa|uncle|brother|son|nephew|king"
    r"|prince|emperor|actor|waiter|hero|husband|widower|groom|monk|friar|wizard|sorcerer|count|duke"
    r"|schoolboy|male|lad|chap|bloke|guy|(?:police|fire|fisher|trawler|space|business|horse|guards)"
    r"man|cowboy|priest|vicar|butler|he|himself"
)

FEMININE_NAMES = frozenset(
    re.findall(
        r"[\w-]+",
        "agnes alice amelia amy ann anne astrid audrey bea beatrice bess beth bridget carmen "
        "celeste charlotte chloe claire colette daisy daphne dorothy edith eileen elise "
        "elizabeth ellen elsie emily esther eve evelyn fay fern florence frances freya "
        "gertrude gisele grace greta gwen hazel heather helen ines ingrid irene iris isabel "
        "ivy jane janet jean jill joan joy joyce judith june karen kate kathleen kay kim "
        "kirsten liesel lily liz lois lou louise lucy mabel mae maeve margaret margot "
        "marguerite marie marion may megan mei mercedes miriam molly nancy naomi nell noor "
        "odette odile olive opal pat pearl peg phoebe priscilla rachel rose rosemary rosie "
        "roxanne ruby ruth sadie sally sarah scarlett sigrid simone sophie sue susan sylvie "
        "tess thea trudy ursel violet vivian wendy willow yasmin yvonne zoe ",
    )
)
"""Given names of several languages: they tell women from men where nothing else does."""

MASCULINE_NAMES = frozenset(
    re.findall(
        r"[\w-]+",
        "abe adam al alan albert alex alfred amos andrea andrew angus anton arthur axel ben "
        "bill bob boris brandt bruno carl carlos charles chen chris christian clive "
        "cole colin costa dan daniel dave david davy dean dieter dmitri don edgar edmund "
        "edward eli elijah emil eric ernest ezra felix finn francis frank fred fritz garcia "
        "gareth george gerald gilbert giles greg gus hank hans harold harry hassan henry "
        "herbert hugh hugo ian igor ilya ivan jack jacob jake james jan jasper jean-luc jeff "
        "jim joe john jonah jonas joseph joshua jules karl ken kenji kurt lars leo leon liam "
        "lionel louis luca luke magnus malik marco marcus mark martin matteo matthew max "
        "michael miguel mike misha mohammed ned neil nicholas nikita nils noah oliver omar "
        "oscar otto owen pablo patrick paul pedro percy peter phil pierre ralph ray rex "
        "richard rob robert robin rolf roy rudi rufus rupert sam samuel sasha sean sebastian "
        "silas simon stan stefan stephen sven ted theo thomas tim tobias tom tony ulrich "
        "victor viktor vincent walter will william wolf yusuf zack ",
    )
)

LOOK_WORDS = (
        *COLOURS, *HAIR_COLOURS, *SKINS, *HAIR_STYLES, *BEARDS, *SMUDGES, *HATS, *CLOTHES,
        *(role[0] for role in ROLES), FEMININE, MASCULINE,
        r"glasses|spectacles|sunglasses|freckle[ds]?|scarf|shawl|tie|medal|locket|pendant"
        r"|necklace|buttons?|toddler|teenage\w*|teen|elderly|aged|middle-aged|old|young|hair\w*"
        r"|stout|plump|portly|burly|chubby|thin|slim|slender|skinny|lean|gaunt|tall",
)  # fmt: skip
"""All words by which looks are described."""
