"""Keyboard layouts that the stick offers, by the name of their map of keys."""

from typing import Final

LAYOUTS: Final = {
    "us": "English (United States)",
    "uk": "English (United Kingdom)",
    "de-latin1-nodeadkeys": "German",
    "sg-latin1": "German (Switzerland)",
    "fr-latin9": "French",
    "fr_CH-latin1": "French (Switzerland)",
    "be-latin1": "Belgian",
    "cf": "French (Canada)",
    "es": "Spanish",
    "la-latin1": "Spanish (Latin America)",
    "it": "Italian",
    "pt-latin1": "Portuguese",
    "br-abnt2": "Portuguese (Brazil)",
    "nl": "Dutch",
    "dk-latin1": "Danish",
    "no-latin1": "Norwegian",
    "se-latin1": "Swedish",
    "fi-latin1": "Finnish",
    "pl": "Polish",
    "cz-lat2": "Czech",
    "sk-qwertz": "Slovak",
    "hu": "Hungarian",
    "slovene": "Slovenian",
    "croat": "Croatian",
    "ro": "Romanian",
    "trq": "Turkish (Q)",
    "dvorak": "Dvorak",
}
