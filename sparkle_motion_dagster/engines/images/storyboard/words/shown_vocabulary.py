"""The words whose things one sees in a place anyway, and those that name nothing to be seen."""

import re

UNDER_THE_SKY = (
    r"sky|skies|clouds?|sun|sunlight|moon|horizon|ground|air|distance|landscape|scenery|view"
    r"|shadows?|hills?|outdoors?|outside|rays?"
)
IN_ROOMS = (
    r"walls?|floors?|floorboards|ceiling|windows?|panes?|rooms?|indoors|inside|interior"
    r"|outside|beyond|sun(?:light|shine|beams?)?|rays?"
)
"""What one sees anyway under the open sky, and in rooms."""

PLACE_SHOWS = {
    "alley": r"houses?|walls?|windows?|doors?|washing(?: lines?)?|laundry|cobbles|narrow",
    "bakery": r"ovens?|orange|hearth|fire|glow\w*|bread|loaves|buns?|shelf|shelves|table|bench"
    r"|lamps?",
    "bar": r"bottles?|glass(?:es)?|counter|stools?|mirror|lamps?|shelves",
    "beach": r"sand|surf|sea|water|waves|shore",
    "bedroom": r"bed|pillows?|blankets?|wardrobe|lamp|picture|chest",
    "cabin": r"logs?|fire(?:place)?|hearth|armchair|rug|chair",
    "carriage": r"seats?|bench(?:es)?|window|rack|luggage|train|tracks?",
    "castle": r"towers?|walls?|gate|flags?|banners?|path|way|rocks?",
    "cave": r"rocks?|stone|walls?|opening|darkness",
    "church": r"columns?|pews?|candles?|(?:coloured|stained) glass|windows?|aisle|altar|nave",
    "city": r"asphalt|skyline|lights|towers?|buildings?|houses?|windows?|cars?|signs?|traffic"
    r"|neon",
    "classroom": r"blackboard|desks?|chalk|chairs?|table",
    "cliffs": r"black|dark|white|breaking|rocks?|sea|water|waves|surf|grass",
    "cockpit": r"consoles?|screens?|window|stars?|planet|lights?|controls|panels?",
    "corridor": r"doors?|doorways?|lamps?|lights?|walls?",
    "car": r"dashboard|wheel|windscreen|road|mirror|seats?",
    "deck": r"boat|ship|bow|rail(?:ing)?s?|sea|water|waves|planks",
    "desert": r"sand|dunes?|rocks?",
    "floor": r"tiles?|stones?",
    "forest": r"trees?|trunks?|path|leaves|branches|bushes|undergrowth|ferns?|canopy",
    "garden": r"(?:apple )?trees?|branches|leaves|paths?|gravel|gates?|walls?|lawn|grass|flowers"
    r"|beds?|walled|brick"
    r"|open|shut|iron|rust\w*|greens?|overgrown",
    "greenhouse": r"glass|panes?|plants?|flowers|leaves|path|beds?|bench(?:es)?|rows?|garden",
    "hall": r"columns?|banners?|carpet|throne|windows?|dais",
    "harbour": r"boats?|houses?|quay|jetty|water|sea|rails?|masts?",
    "hills": r"trees?|grass|fields?|slopes?",
    "kitchen": r"stove|oven|hearth|shelf|shelves|counter|pans?|pots?|jars?|lamps?|cupboards?"
    r"|tiles?",
    "lab": r"glass(?:ware)?|bottles?|bench(?:es)?|flasks?|shelves|lamps?|table",
    "lake": r"water|reeds?|trees?|hills?|bank|shore",
    "lamp room": r"lens|lamp|brass|glass|panes?|sea|light",
    "library": r"books?|shelf|shelves|desk|table|lamp|rug",
    "lighthouse": r"lighthouse|black|dark|white|breaking|foam|spray|tower|sea|water|waves|rocks?"
    r"|cliffs?|beams?|light",
    "meadow": r"grass|trees?|flowers|wheat|fields?",
    "mountains": r"peaks?|firs?|rocks?|valley|snow|trees?",
    "office": r"desk|table|lamp|blinds?|cabinets?|papers?|picture",
    "park": r"trees?|lawn|grass|lamps?|path|branches|avenue|leaves",
    "planet": r"stars?|soil|dust|rocks?|craters?|stones?|dunes?",
    "railway": r"train|tracks|rails?|smoke|steam|windows?",
    "river": r"water|banks?|trees?|meadows?|reeds?",
    "road": r"poles?|wires?|fields?|asphalt",
    "rooftops": r"roofs?|chimneys?|smoke|houses?|windows?|thread of smoke|market town|crooked",
    "room": r"armchair|chair|shelf|shelves|books?|rug|lamp|picture|plant",
    "sea": r"water|waves|swell",
    "sill": r"curtains?|window|houses?",
    "sky": r"clouds?",
    "space": r"stars?|planets?|moon|nebula|void",
    "square": r"stalls?|houses?|tower|clock|church|cobbles|awnings?|red(?= awnings?)|market|flags?",
    "stage": r"curtains?|spotlight|boards|audience|heads",
    "station": r"trains?|clock|lamps?|platform|tracks|windows?|steam|roof|cobbles|carriages?",
    "street": r"houses?|windows?|doors?|doorways?|lamps?|cobbles|awnings?|puddles?|roofs?|shops?"
    r"|narrow",
    "underwater": r"fish|corals?|bubbles|rays?|water|sea ?bed",
    "village": r"houses?|cottages?|roofs?|chimneys?|smoke|windows?|path|way|market town|crooked",
    "wheelhouse": r"wheel|compass|green|windscreen|sea|spray|waves|helm",
}  # fmt: skip
"""What each place shows of itself, in the words that prompts have for it."""

THINGS_SHOW = {
    "boat": r"(?:fishing|rowing|sailing) boat",
    "cat": r"asleep|sleeping",
    "moth": r"white",
    "paw prints": r"purple",
    "pie": r"steam\w*|crust|lattice|\w+berry",
    "radio": r"radio set",
    "cup": r"steam\w*",
}
"""What some things show of themselves."""

WORLD_SHOWS = {
    "mars": r"red|orange|rust\w*|dust\w*|plains?|desert|sand|rocks?|hills?",
    "moon": r"gr[ae]y|dust\w*|plains?|craters?|stars?|planets?|rocks?|hills?",
    "planet": r"plains?|craters?|stars?|planets?|rocks?|hills?|soil",
    "space": r"stars?|planets?|void|black|nebula",
    "underwater": r"water|rays?|bubbles|blue",
    "sky": r"clouds?|blue",
}
"""What one sees in each world, whatever the place."""

PEOPLE_SHOW = r"heads?|faces?|arms?|figures?|legs?|hats"
FACES_SHOW = r"hair|eye(?:s|brows?)?|mouth|lips?|cheeks?|chin|nose|shoulders?|gaze|looks?|brows?"
HANDS_SHOW = r"hands?|feet|shoes"
"""What one sees of people, of those who are near, and of those who stand farther away."""

LOW_SUN = r"(?:pink|red|orange|gold\w*|burning|purple) (?:sky|clouds?|horizon)"
"""What the sky is like while the sun is low."""

CAMERA = (
    r"\d+ ?mm|int|ext|f/?\d(?:\.\d)?|shot|shots|camera|lens|cinematic|photo\w*|film|frame"
    r"|framing|framed"
    r"|scene|image|picture|illustration|style|lighting|lit|exposure|bokeh"
    r"|(?:shallow )?depth of field"
    r"|focus|blur(?:red|ry)?|motion blur|grain|render(?:ed|ing)?|detail\w*|realistic|4k|8k|hdr"
    r"|composition|angle|foreground|background|close|wide|view|seen|resolution|quality|mood\w*"
    r"|atmosphere|atmospheric|dramatic|still|panning|tracking|dolly|establishing|anamorphic"
    r"|masterpiece|hyper|ultra|epic|drone|widescreen|colou?rs?|palette|tones?|contrast"
)
"""Words of the trade, and praise that language models add: there is nothing of them to see."""

LIGHT = (
    r"(?:amber|brass|green|orange|red|blue|silver\w*|white|yellow|morning|evening) "
    r"(?:light|glow|shadows?|sun)|shafts?(?= of)|lights?|lighted|glow\w*|gold(?:en)?|warm|soft"
    r"|cold|cool|pale|dim|deep|bright\w*|dark|faint"
    r"|gentle|shining|shadowy|dusky|hazy|low|high|quiet|calm|early|late|full|clear|small|large|big"
    r"|little|old|new|young|tall|long|short|beautiful|lovely|whole|round|empty|perfect"
)
"""How light falls and how large things are: a drawing has some of it always."""

FUNCTION = frozenset(
    re.findall(
        r"[\w']+",
        "a about above across after again against ago all along already also always among an "
        "and another any are around as at away back be because been before behind being below "
        "beneath beside between beyond both but by can close corner could day did do does "
        "doing done down during each edge either else end ends ever every everything far few "
        "first five foot for four from front get gets getting go goes going had half has have "
        "having he her here hers herself high him himself his how i if in inside into is it "
        "its itself just last left less like lot made make makes making many may me middle "
        "might mine more most much must my near nearly never next no nor not now of off often "
        "on once one only onto or other others our out over own part past per perhaps place "
        "quite rather right row rows same seem seems seven several she side sides since six "
        "so some somebody someone something still such than that the their them then there "
        "these they thing things this those though three through time times to today together "
        "too top toward towards turning two under until up upon us very was way we were what "
        "when where which while who whole whom whose why will with within without would yet "
        "you your forgotten halfway sense surface say says said trying tries begins stops "
        "starts eight nine ten dozen him's it's year years old who's second minute hour "
        "moment while",
    )
)
"""Words that stand for nothing one sees."""

OTHER_LANGUAGES = frozenset(
    re.findall(
        r"\w+",
        "le la les un une des du et dans avec sur est qui pour aux sous der das ein eine und "
        "im mit auf von zu dem einer el los las con en por del y al il lo gli di che nel "
        "nella della uno het een op bij os um uma com na da och ett på med og et w z jest się",
    )
)
"""Small words of other languages that are no English ones."""
