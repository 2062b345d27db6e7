"""The languages that Whisper's models were trained on, by the codes of its tokenizer."""

from sparkle_motion_dagster.engines.hearing.whisper.settings import ModelName

_MANY = frozenset({
    "af", "am", "ar", "as", "az", "ba", "be", "bg", "bn", "bo", "br", "bs", "ca", "cs", "cy",
    "da", "de", "el", "en", "es", "et", "eu", "fa", "fi", "fo", "fr", "gl", "gu", "ha", "haw",
    "he", "hi", "hr", "ht", "hu", "hy", "id", "is", "it", "ja", "jw", "ka", "kk", "km", "kn",
    "ko", "la", "lb", "ln", "lo", "lt", "lv", "mg", "mi", "mk", "ml", "mn", "mr", "ms", "mt",
    "my", "ne", "nl", "nn", "no", "oc", "pa", "pl", "ps", "pt", "ro", "ru", "sa", "sd", "si",
    "sk", "sl", "sn", "so", "sq", "sr", "su", "sv", "sw", "ta", "te", "tg", "th", "tk", "tl",
    "tr", "tt", "uk", "ur", "uz", "vi", "yi", "yo", "zh",
})  # fmt: skip
"""Those of the tokenizer of openai-whisper, 20250625."""

_ENGLISH = frozenset({"en"})


def languages_of(model: ModelName) -> frozenset[str]:
    """Return the codes of the languages that a model understands."""
    match model:
        case "tiny.en":
            return _ENGLISH
        case "large-v3":
            return _MANY | {"yue"}
        case _:
            return _MANY
