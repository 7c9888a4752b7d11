"""Signs of the symbol fonts (Wingdings, Symbol) as the Unicode signs a person sees."""

_TICKS = {0xFC: "√", 0xFB: "×", 0xFE: "☑", 0xFD: "☒", 0xA8: "☐", 0x6F: "☐", 0x71: "☐"}
_CIRCLED = {0x81 + place: chr(0x2460 + place) for place in range(10)}
_CIRCLED |= {0x8C + place: chr(0x2460 + place) for place in range(10)}
_WINGDINGS = _TICKS | _CIRCLED | {0x6C: "●", 0x6D: "○", 0x6E: "■", 0x75: "◆", 0xA1: "○", 0xE0: "→", 0xDF: "←"}
_WINGDINGS_2 = {0x50: "√", 0x4F: "×", 0x51: "☒", 0x52: "☑", 0x53: "☒", 0x54: "☒", 0xA3: "☐", 0x99: "●", 0x81: "○"}
_SYMBOL = {
    **{0xB7: "•", 0xD6: "√", 0xB4: "×", 0xA3: "≤", 0xB3: "≥", 0xB9: "≠", 0xB1: "±", 0xB8: "÷", 0xAE: "→", 0xA5: "∞"},
    **{0xB0: "°", 0xBB: "≈", 0xA2: "′", 0xB2: "″", 0xD7: "·", 0x2D: "−", 0xBC: "…"},
    **{ord(latin): greek for latin, greek in zip("abgdeqlmprstwDSW", "αβγδεθλμπρστωΔΣΩ", strict=True)},
}
_FONTS = {"wingdings": _WINGDINGS, "wingdings 2": _WINGDINGS_2, "symbol": _SYMBOL}
UNKNOWN = "\ufffd"
"""Stands for a sign that we do not know: something visible, so that nothing vanishes in silence."""
_PRIVATE = range(0xF020, 0xF100)


def is_symbol_font(font: str) -> bool:
    """Whether letters in this font are signs: ü in Wingdings is a tick."""
    return font.lower() in _FONTS


def symbol(font: str, code: int) -> str:
    """The sign of a code in a symbol font; codes from F020 on are the same as those from 20 on."""
    table = _FONTS.get(font.lower())
    place = code - 0xF000 if code in _PRIVATE else code
    if table is None:
        table = _TICKS | {0xB7: "•"} if code in _PRIVATE else {code: chr(code)} if code < 0x110000 else {}
    known = table.get(place)
    if known is None and table is _SYMBOL and 0x20 <= place < 0x7F:
        known = chr(place)
    return known or UNKNOWN


def plain_signs(font: str, text: str) -> str:
    """Text of a run with its symbol signs made plain: every letter of a symbol font, else only private codes."""
    if is_symbol_font(font):
        return "".join(sign if sign.isspace() else symbol(font, ord(sign)) for sign in text)
    if not any(ord(sign) in _PRIVATE for sign in text):
        return text
    return "".join(symbol("", ord(sign)) if ord(sign) in _PRIVATE else sign for sign in text)
