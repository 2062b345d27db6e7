"""The words that a prompt is read by: each meaning, and the words (a regular expression) for it."""

OTHER_SENSES = (
    r"(?:depth|fields?|point) of (?:field|view)|negative space|(?:flat|soft|hard) light(?:ing)?"
    r"|mars bars?|(?:chocolate|candy|gold|iron|tool) bars?|bar of \w+|space ?bar|deck of cards"
    r"|night(?=[- ]?(?:nurse|porter|watchman|gown|shirt|cap|stand|light))|moonlight (?=sonata)"
    r"|midnight blue|morning (?=coat|dress|suit|glory|paper|star)|evening (?=gown|dress|paper|news)"
    r"|ice[- ]?(?=cream|cubes?)|snow ?(?:white|globes?|shoes)|rain ?(?:coats?|boots|barrels?)"
    r"|spring (?=water|onions?|mattress)|summer (?=dress|school)|wind ?(?:chimes?|mills?)"
    r"|golden retriever|(?:sea|forest|sky|moss|ice|desert)[- ](?:gr[ae]y|green|blue|sand)"
    r"|cell (?=phone)|(?:flower|rose)[- ]?beds?|bed of \w+|port wine|fair(?=[- ](?:hair|skin))"
    r"|square (?=jaw|shoulders|glasses|format|frame)|platform shoes"
    r"|bridge of (?:his|her|their|the) nose|(?<=she )waves?|(?<=he )waves?|waves (?:goodbye|at|to)"
    r"|(?<=they )(?:pass|watch)|(?<=to )(?:pass|watch|wave)|(?<=it )passes|(?:is|are|was) mine"
    r"|as well|takes? (?:a )?note|(?<=phone )rings?|(?<=bell )rings?|star (?:wars|trek)"
    r"|(?:movie|film|pop) stars?|at this stage|baking sheets?|well(?=-)|heat of the \w+|honeymoon"
)
"""Phrases in which a word means none of what it means alone."""

HOUR_WORDS = {
    "night": r"(?:an hour |just |long )?before (?:the )?(?:dawn|sunrise|daybreak|first light)"
    r"|after (?:dark|nightfall|midnight|closing(?: time)?|hours)|(?:late|small|early|wee) hours"
    r"|late evening|(?:dead|middle) of (?:the )?night|tonight|night ?time|night|midnight"
    r"|candle-?light|candlelit|lamplit|by lamplight|starry|stars|starlight|darkness|pitch[- ]dark",
    "dawn": r"dawn|sunrise|daybreak|first light|cock-?crow",
    "morning": r"(?:late |early |mid-?)?morning|breakfast|after (?:sunrise|dawn)",
    "noon": r"noon|midday|mid-?day|daytime|(?<=- )day|(?:broad )?daylight|bright day|high sun"
    r"|lunch(?:time)?",
    "golden": r"golden hour|late afternoon|afternoon|low sun|sunlit|tea ?time|before sunset",
    "sunset": r"sunset|sundown|setting sun|last sun|(?:early )?evening",
    "dusk": r"after (?:sunset|sundown)|dusk|twilight|nightfall|blue hour|gloaming"
    r"|last (?:\w+ )?light|before (?:nightfall|dark)",
    "moonlit": r"moonlit|moonlight|moonrise|full moon|moon|crescent",
}

WEATHER_WORDS = {
    "storm": r"storms?|stormy|thunder\w*|lightning|gale|tempest|hurricane|torn clouds",
    "rain": r"rain|rainy|raining|drizzle|downpour|shower|rain-\w+|raindrops",
    "snow": r"snowing|snowfall|snow (?:is )?fall\w*|falling snow|blizzard|snowflakes|snowstorm"
    r"|sleet",
    "fog": r"fog|foggy|mist|misty|haze|hazy|smog",
    "wind": r"wind|windy|breeze|breezy|gusts?|windswept",
    "cloudy": r"clouds?|cloudy|overcast|gr[ae]y sky|gloomy|dull",
    "clear": r"clear|(?:sharp|long) (?:\w+ )?shadows|sunny|sunlit|sunshine|blue sky"
    r"|cloudless|bright",
}

SEASON_WORDS = {
    "spring": r"spring|blossoms?|blooming|april|cherry trees",
    "autumn": r"autumn\w*|fall leaves|falling leaves|red leaves|october|november|harvest|windfall",
    "winter": r"winter\w*|snow|snowy|snow-?covered|ice|icy|frozen|frost\w*|january|christmas",
    "summer": r"summer\w*|july|august|heat",
}

FRAMING_WORDS = {
    "over the shoulder": r"over[- ](?:the|his|her|their)?[- ]?shoulder\w*|ots",
    "insert": r"insert|extreme detail|macro|detail shot|detail of",
    "extreme wide": r"extreme(?:ly)? wide|very wide|establishing shot|vast|panorama|aerial",
    "extreme close": r"extreme close[- ]?ups?|big close[- ]?up|very close",
    "medium close": r"medium close[- ]?ups?|two[- ]?shot|head and shoulders|bust",
    "close": r"close[- ]?ups?|tight shot",
    "medium": r"medium shot|mid[- ]?shot|medium|waist[- ]?up|cowboy shot",
    "wide": r"wide[- ](?:shot|angle|view)|long shot|full view|wide(?=\s*(?:,|;|\.|$))",
}
"""In the order of their weight: what stands first counts first, wherever the prompt says it."""

PORTRAIT = r"portrait|face to face|faces?"

ANGLE_WORDS = {
    "low": r"low[- ]angle|from below|seen from below|worm'?s[- ]eye|looking up|towering",
    "high": r"high[- ]angle|from above|bird'?s[- ]eye|overhead|top[- ]down|looking down|aerial",
}

SOMEBODY = (
    r"portrait|faces?|wom[ae]n|m[ae]n|girl|boy|child|kid|she|he|figure|stranger|fisherman|sailor"
    r"|soldier|king|queen|knight|wizard|witch|astronaut|detective|teacher|doctor|nurse|farmer"
    r"|dancer|singer|old man|old woman|traveller|traveler|captain|keeper|baker|conductor"
    r"|constable|apprentice|person|mother|father|hero|heroine|pilot|driver|walker|somebody"
    r"|someone|lovers|couple|pianist|scientist|priest|monk|nun|waiter|waitress|prince|princess"
    r"|robot"
)

PEOPLE = (
    r"people|persons|folk|figures|\w*(?<!i)(?<!speci)men|\w*women|children|kids|girls|boys|babies"
    r"|friends|strangers|faces|heads|silhouettes|sisters|brothers|lovers|couples|neighbou?rs"
    r"|teenagers|adults|elders|students|pupils|teachers|soldiers|sailors|pirates|knights|warriors"
    r"|guards|officers|cadets|recruits|rebels|prisoners|refugees|slaves|captives|villagers"
    r"|citizens|locals|peasants|farmers|workers|miners|labou?rers|nuns|monks|priests|pilgrims"
    r"|worshippers|mourners|fans|supporters|spectators|onlookers|bystanders|witnesses|listeners"
    r"|guests|customers|shoppers|diners|visitors|tourists|travell?ers|passengers|commuters"
    r"|pedestrians|passers-by|protesters|protestors|demonstrators|marchers|strikers|rioters"
    r"|dancers|singers|musicians|players|actors|actresses|performers|violinists|drummers|acrobats"
    r"|clowns|athletes|runners|riders|swimmers|footballers|nurses|doctors|scientists|engineers"
    r"|pilots|astronauts|servants|courtiers|waiters|cooks|bakers|kings|queens|princes|ladies"
    r"|lords|witches|wizards|vikings|zombies|ghosts|elves|members|extras|candidates|delegates"
    r"|robots|androids|droids"
)
"""People in the plural, as they follow a number."""

CROWD_WORDS = {
    60: r"army|armies|legions?|regiment|battalion|multitude|masses|packed (?:hall|stadium|house)",
    40: r"crowds?|crowded|audiences?|throng|horde|congregation|full house|stadium of"
    r"|(?:whole|entire) (?:village|town|city|neighbou?rhood|school|army|ship's company|parish)",
    30: r"orchestras?|mob|spectators|onlookers|rioters|protesters|protestors|demonstrators"
    r"|marchers|villagers|townspeople|townsfolk|worshippers|refugees|pilgrims|platoon|parade",
    20: r"choirs?|procession|wedding guests|mourners|passengers|commuters|cheering fans"
    r"|school class|class of (?:children|pupils|students)|troops|parliament",
    12: r"jury|(?:football|rugby|hockey|rescue|search) team|crew|(?:brass|marching) band"
    r"|bystanders|squad|search party|chorus line|passers-by|queue",
}
"""Words for people who come together, by how many they are taken for."""

OF_CROWDS = (
    r"coats?|jackets?|kni(?:fe|ves)|boots?|blankets?|surplus|green|trucks?|base|camp|tents?|cut"
    r"|members?|pit|chamber|hall|stalls|loft|boys?|ground|barriers?|uniforms?|caps?"
)
"""After one of those words, things that are no people."""

ALWAYS_PLURAL = (
    r"glasses|sunglasses|spectacles|shades|overalls|dungarees|curls|dreadlocks|freckles|whiskers"
    r"|sideburns|pigtails|locks|waves|eyes|eyebrows|years"
)
"""Words that are said of one person in the plural."""
WORLD_WORDS = {
    "mars": r"mars|martian|(?:the )?red planet",
    "moon": r"(?:on|to|across) the moon|(?:surface|craters) of the moon|moon'?s? surface|lunar"
    r"|moon (?:base|colony|station|landing)|moonscape",
    "planet": r"alien (?!ship|craft)\w+"
    r"|(?:another|other|strange|distant|foreign|unknown) (?:world|planet)"
    r"|(?:desert|ice|jungle) planet|planet surface|surface of (?:a|the) planet|exoplanet",
    "space": r"in (?:outer |deep )?space|outer space|in orbit|zero[- ]g(?:ravity)?|space ?station"
    r"|orbital station"
    r"|(?:aboard|inside|on board|of|on|in) (?:a|an|the|his|her|their) (?:space|star) ?ship",
    "underwater": r"underwater|under ?water|(?:under|beneath|below) the (?:sea|ocean|waves|lake)"
    r"|(?:bottom|floor) of the (?:sea|ocean)|sea ?bed|sea ?floor|ocean floor|deep sea"
    r"|(?:in|inside|aboard|of) (?:a|an|the) submarine",
    "sky": r"above the clouds|among the clouds|(?:city|castle|island|house) in the (?:sky|clouds)"
    r"|(?:floating|flying) (?:city|castle|island|house)|cloud city|sky city"
    r"|(?:aboard|on|in|inside) (?:a|an|the) (?:airship|zeppelin)",
}
"""Where a place is, if it is elsewhere than places usually are."""

PLACE_WORDS = {
    # Under a roof.
    "lamp room": r"lamp room|lantern room|at the glass",
    "wheelhouse": r"wheelhouse|windscreen|bridge of (?:a|the) ship|pilot house",
    "cockpit": r"cockpit|control room"
    r"|(?:bridge|cabin|inside|interior) of (?:a|the) (?:star|space) ?ship"
    r"|spaceship (?:interior|cabin|bridge)"
    r"|(?:aboard|inside|on board|in|on) (?:a|an|the) (?:(?:space|orbital) ?station|submarine)"
    r"|space ?station (?:interior|module)",
    "greenhouse": r"greenhouse|glass-?house|hothouse|conservatory|orangery|(?:glass|bio) ?domes?",
    "floor": r"flagstones|floorboards|tiled floor|paw prints leading",
    "sill": r"window ?sill|sill",
    "bakery": r"bakery kitchen|interior of a bakery(?: kitchen)?|baker's kitchen"
    r"|(?:shot|view|interior|inside|middle|corner) of the bakery"
    r"|(?<!from the )(?<!outside the )(?<!near the )(?<!past the )(?<!to the )(?<!of the )"
    r"(?<!by the )(?<!with a )(?<!and a )bakery"
    r"(?! (?:shutters?|windows?|door|shop|sign|van|smell|across))",
    "kitchen": r"kitchen|galley|pantry|scullery",
    "bedroom": r"bedroom|bed|nursery|attic|hotel room|hospital",
    "office": r"office|detective agency|newsroom|study|police station",
    "lab": r"lab|laboratory|workshop|workbench|observatory",
    "library": r"library|bookshop|bookstore|archive|bookshelves",
    "bar": r"bar|pub|tavern|caf[eé]|restaurant|diner|inn|saloon",
    "classroom": r"classroom|school|schoolroom",
    "corridor": r"corridor|hallway|tunnel|passage|prison|cell|staircase|stairwell",
    "cabin": r"cabin|hut|log house|cottage interior|barn|shed",
    "carriage": r"(?:train )?compartment|(?:inside|in) (?:a|the) (?:train|carriage|bus|tram)",
    "car": r"car interior|(?:inside|in) (?:a|the|her|his) car|back ?seat|dashboard|taxi",
    "church": r"church|cathedral|chapel|temple|monastery|cloister",
    "hall": r"hall|ballroom|throne room|palace|castle interior|museum",
    "stage": r"stage|theat(?:re|er)|concert|circus|spotlight|opera",
    "cave": r"caves?|cavern|grotto|mine",
    "room": r"room|interior|indoors|inside|living room|parlou?r|apartment|flat|studio",
    # Under the sky.
    "lighthouse": r"lighthouse(?! keeper)|headland|light tower",
    "harbour": r"harbou?r|port|quay|pier|dock|docks|wharf|marina|jetty",
    "deck": r"deck|fishing boat|rowing boat|sailing boat|aboard|on board|ship's bow|lifeboat|raft",
    "beach": r"beach|shore|seaside|sands|dunes? by the sea|lagoon",
    "cliffs": r"cliffs?|coast|coastline|bluff|fjord",
    "sea": r"sea|ocean|waves|open water|ship|swell|bay",
    "underwater": rf"{WORLD_WORDS['underwater']}|coral",
    "station": r"(?:railway |train )?(?<!space )(?<!police )(?<!petrol )(?<!gas )(?<!fire )"
    r"(?<!moon )(?<!orbital )(?<!radio )(?<!polar )(?<!weather )station(?! house)|platform"
    r"|carriages",
    "railway": r"train|railway|rails|locomotive|tracks",
    "alley": r"alley|back ?street|lane|passageway|narrow street",
    "square": r"market square|square|piazza|plaza|marketplace|market(?! town)|fair|bazaar",
    "rooftops": r"rooftops?|roofs|chimneys|skyline",
    "street": r"street|avenue|boulevard|pavement|sidewalk|crossing|cobbles",
    "city": r"city|metropolis|skyscrapers?|downtown|neon",
    "village": r"village|town|hamlet|houses|cottages?",
    "road": r"road|highway|motorway|crossroads|bridge",
    "garden": r"garden|orchard|courtyard|backyard|lawn|vineyard",
    "park": r"park|playground|cemetery|graveyard|avenue of trees",
    "forest": r"forest|woods?|woodland|jungle|glade|clearing|undergrowth|trees",
    "mountains": r"mountains?|peaks?|summit|alps|ridge|glacier|pass|volcano",
    "desert": r"desert|dunes?|sahara|canyon|mesa|oasis|wasteland",
    "river": r"river|stream|brook|creek|waterfall|ford|riverbank|canal",
    "lake": r"lake|pond|mere|reservoir|loch",
    "meadow": r"meadow|fields?|farm|pasture|prairie|wheat|steppe|grassland|moor|heath",
    "hills": r"hills?|valley|countryside|landscape|downs|exterior|outdoors",
    "castle": r"castle|fortress|ruins?|tower|citadel",
    "planet": "|".join(WORLD_WORDS[world] for world in ("mars", "moon", "planet")),
    "sky": WORLD_WORDS["sky"],
    "space": rf"{WORLD_WORDS['space']}|space|starship|spaceship|orbit|galaxy|asteroids?|nebula"
    r"|cosmos|planet",
}

INDOORS = frozenset(
    {
        "lamp room", "wheelhouse", "cockpit", "greenhouse", "floor", "sill", "bakery", "kitchen",
        "bedroom", "office", "lab", "library", "bar", "classroom", "corridor", "cabin", "carriage",
        "car", "church", "hall", "stage", "cave", "room",
    }
)  # fmt: skip

KINDS_OF_BUILDING = (
    r"galley|pantry|bedroom|pub|tavern|caf[eé]|restaurant|diner|inn|saloon|hotel|hospital|nursery|attic|study|newsroom"
    r"|police station|workshop|observatory|laborator\w+|bookshop|archive|prison|tunnel|staircase"
    r"|hut|barn|shed|cathedral|chapel|temple|monastery|palace|museum|ballroom|theat(?:re|er)|circus"
    r"|opera|living room|parlou?r|apartment|flat|studio|bus|tram|taxi|cemetery|playground|ford"
    r"|canal|waterfall|pond|cockpit|courtyard|orchard|vineyard|bridge"
)
"""Of places that are drawn alike, those that nobody takes for one another."""

ELSEWHERE = frozenset({"planet", "sky", "space", "underwater"})
"""Places that also say where another one is: a restaurant underwater is a restaurant."""

PARTS = frozenset({"sill", "floor"})
"""What is seen from near of a place that the prompt names beside it, or that was seen before."""

_TOWN = frozenset({"street", "alley", "square", "rooftops", "station", "harbour", "park"})

_WATER = frozenset({"sea", "lake", "river", "beach", "deck", "harbour", "cliffs", "lighthouse"})

MORE_PRECISE = {
    "room": INDOORS - {"room"},
    "kitchen": frozenset({"sill", "floor", "bakery"}),
    "bakery": frozenset({"sill", "floor"}),
    "village": _TOWN,
    "city": _TOWN,
    "street": frozenset({"alley", "square", "station"}),
    "sea": frozenset({"lighthouse", "harbour", "deck", "beach", "cliffs", "underwater"}),
    "cliffs": frozenset({"lighthouse", "castle", "beach"}),
    "railway": frozenset({"station", "village", "city", "mountains", "river", "road"}),
    "forest": frozenset(
        {"garden", "park", "lake", "river", "road", "meadow", "railway", "village"}
    ),
    "hills": frozenset(PLACE_WORDS) - INDOORS - {"hills"},
    "space": frozenset(PLACE_WORDS) - {"space", "sky", "sea", "hills"},
    "planet": frozenset(PLACE_WORDS) - {"planet", "space", "sky", "sea", "hills"},
    "sky": frozenset(PLACE_WORDS) - {"space", "planet", "sky", "hills", "mountains"},
    "underwater": frozenset(PLACE_WORDS) - _WATER - INDOORS - {"underwater", "hills", "space"},
    "mountains": frozenset({"lake", "river", "village", "castle", "road"}),
    "meadow": frozenset({"river", "road", "village"}),
}
"""Which places are more precise than a vague one, that only says where they are."""

OPEN_PLACES = frozenset(PLACE_WORDS) - INDOORS

PROP_WORDS = {
    "boat": r"boat|rowing boat|dinghy|canoe|trawler|skiff",
    "ship": r"ship|sailing ship|frigate|sails?|schooner",
    "bench": r"bench",
    "gate": r"gate",
    "wheelbarrow": r"wheelbarrow",
    "bicycle": r"bicycle|bike",
    "car": r"car|taxi|automobile|truck|van",
    "train": r"train|locomotive|carriages?|tram",
    "clock": r"clock",
    "lamp": r"lamp|lantern|lamplight|oil lamp",
    "street lamp": r"street ?lamps?|lamp ?posts?|gaslight|lamplight|station lamps",
    "table": r"table|desk|counter",
    "chair": r"chair|armchair|stool|throne",
    "candle": r"candles?|candlelight",
    "pie": r"pies?|cake|tart",
    "bread": r"bread|loaf|loaves|buns?",
    "oven": r"oven|stove|hearth|fireplace",
    "cup": r"cups?|mug|tea|coffee|teapot|kettle",
    "bottle": r"bottles?|wine",
    "book": r"books?|diary|notebook|map",
    "letter": r"letters?|envelope|note|photograph|postcard",
    "radio": r"radio|transmitter|walkie",
    "telephone": r"(?:tele)?phone|receiver",
    "key": r"keys?(?! light)",
    "watch": r"pocket ?watch|watch",
    "knife": r"knife|dagger|sword|blade",
    "compass": r"compass",
    "whistle": r"whistle",
    "ring": r"ring(?! of)|necklace|jewel|diamond|crown",
    "hat": r"(?:straw )?hat|cap",
    "flowers": r"flowers?|roses?|geraniums|tulips|bouquet|poppies|lavender|foxgloves|sunflowers",
    "apples": r"apples?(?! (?:trees?|pies?|orchard|tart))|fruit|oranges",
    "cat": r"cat|kittens?",
    "dog": r"dog|puppy|hound|wolf|fox",
    "horse": r"horse|pony|stallion|mare",
    "birds": r"birds?|gulls?|seagulls?|swifts|swallows|crows?|ravens?|geese|pigeons",
    "moth": r"moths?|butterfl(?:y|ies)",
    "umbrella": r"umbrellas?|parasol",
    "balloon": r"(?:hot[- ]air )?balloons?",
    "campfire": r"camp ?fire|bonfire|fire",
    "tent": r"tents?|camp",
    "fountain": r"fountain|well",
    "statue": r"statue|monument",
    "barrels": r"barrels?|crates?|boxes|dustbins",
    "suitcase": r"suitcase|luggage|trunk|bag|briefcase",
    "piano": r"piano|organ",
    "guitar": r"guitar|violin|cello",
    "telescope": r"telescope|spyglass",
    "smoke": r"(?:thread|column|plume) of smoke|smoke|steam",
    "paw prints": r"paw ?prints?|foot ?prints?|footsteps",
    "washing": r"washing(?: lines?)?|laundry|clothesline",
    "rocket": r"rockets?|starship|spaceship|spacecraft|shuttle",
    "robot": r"robot|android",
    "tree": r"(?:lone|old|single|one|dead|big) (?:\w+ )?tree|oak|willow",
    "door": r"door|doorway",
    "rainbow": r"rainbow",
    "crumbs": r"(?:ring of )?crumbs",
    "dish": r"(?:pie )?dish",
}

OPEN_COUNTRY = ("meadow", "hills", "lake", "mountains")
"""Where a picture plays that names neither a place nor a thing that stands in a room."""

INDOOR_PROPS = frozenset(
    {"table", "candle", "letter", "oven", "telephone", "piano", "radio", "book", "cup"}
)
"""Things that stand in a room, where the prompt does not say otherwise."""
