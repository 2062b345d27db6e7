"""Given names of several languages: they tell women from men where nothing else does."""

from __future__ import annotations

import re

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
