"""The grammar of prompts: what people type into a box or ask another person for. Ours; notation as in ``sentences``."""

from __future__ import annotations

PROMPTS: dict[str, list[str]] = {
    # three to eight words
    "short": [
        "{mood.adj} {mass}", "{mood.adj} {name} {noun}", "{tempo.adj} {mood.adj} {mass}", "{mass} with {players.bare}",
        "{mood.adj} {mass} {shortuse}", "{mood.adj} {player.bare} (music|melody|tune|piece)", "{mass} {bpm}",
        "{mood.adj} {mass} in {key}",
        "{mass}, {drumless}", "{era.adj} {mass} with {player.bare}", "solo {solo.plain}, {moods}", "{name} {noun} {composed}",
        "{mood.adj} {thing}", "{era.adj} {place.adj} {mass}", "{mood.adj} {tempo.adj} {noun}", "{place.adj} {mass} {shortuse}",
        "{skill.adj} {solo.plain} {noun}", "{mood.adj} {name} {wordless}instrumental, {drumless}",
        "{mass} that makes you {urge}", "{players.bare}, {moods}", "{mood.adj} {player.bare} and {player.bare}",
        "{density.adj} {mood.adj} {mass}", "{tempo.adj} {thing} in {key}", "{player.bare} {name}", "{mass} {shortuse}",
        "{thing} with {player.bare}", "{mass}, {mood.adj}, {tempo.adj}", "{mood.adj} music {shortuse}", "{mass} {bpm} {key}",
        "{key} {mood.adj} {mass}", "{mood.adj} {name} {noun}, {bpm}, {key}", "{player.bare} {noun} in {key}",
        "{key}, {bpm}, {mood.adj}", "{mood.adj} {name} beat{drumsonly}",
        "{lead.plain} playing @ {mood.adj} tune", "{mood.adj} {mass}, {instrumental}", "{dynamics.adj} {mood.adj} {player.bare} {noun}",
        "{solo.plain} only, {moods}", "{bpm} {mood.adj} {mass}", "{tempo.adj} {mass} {tail}", "{mood.adj} {noun} in {key}",
        "{mass}, {absent}", "{noun} with {players.bare}", "{mass} {metre.remark}", "more {mood.adj} {mass}",
        "{mood.adj} like {where.in}", "background music {shortuse}", "{mood.adj} {mass} {tail}", "{stuff}", "{stuff} {with}", "{what}",
        "{name} {player.bare} {noun}", "{mood.adj} and {mood.adj} {mass}", "{player.bare} + {player.bare} + {drums.bare}",
        "{mass} / {mood.adj} / {tempo.adj}", "{feeling} in music, {mass}",
    ],
    "shortuse": ["for {use}", "for {use}", "to use for {use}", "like you hear {where}", "(perfect|good|great) for {use}"],
    "drumsonly": [", {drums.bare}", " with {drums.bare}", " on {drums.bare}"],
    # as one asks a person
    "request": [
        "{wish} @ {what}", "{wish} @ {what} {with}", "{wish} {stuff} {with}", "{wish} @ {what} for {use}", "{wish} {stuff} for {use}",
        "{wish} something {mood.adj} {with}", "{wish} something {mood.adj} for {use}", "{wish} @ {mood.adj} {player.plain} {noun}",
        "{looking} @ {what}", "{looking} @ {what} {with}", "{looking} something {mood.adj} and {tempo.adj} {with}",
        "{looking} {stuff} for {use}", "{looking} music for {use}, {moods}", "(can|could) you (make|play|write|do|compose) @ {what}?",
        "(can|could) you (make|play|write|do|compose) something {mood.adj} {with}?", "{stuff} please, {with}", "{what} please",
        "I am (making|editing|working on) a video and need @ {what}", "I need {stuff} for {use}, {limits}", "{wish} @ {what}, {limits}",
        "{wish} @ {what} {with}, {limits}", "{wish} @ {noun} that makes me want to {urge}", "{wish} @ {noun} {tail} {with}",
        "{wish} {mass} but {mood.adj}", "{wish} {stuff}, {bpm}, {key}", "{wish} @ {what} in {key}",
        "{wish} @ {noun} in {key} at {bpm}, {moods}", "{wish} {stuff} at {bpm}", "{wish} {players} playing {stuff}",
        "{wish} @ {mood.adj} {noun} that could be played {where}", "{wish} @ {what} {where}", "{wish} @ {what}. {say_feel}",
        "{wish} @ {what}. {say_lead}", "{wish} @ {what}. {say_without}",
        "how about @ {what}?", "let us hear @ {what}", "{wish} @ {what}, not too long, {with}",
        "what would @ {what} {with} sound like?", "{wish} the {name} {noun} you would hear {where}", "{wish} music for {use} {with}",
        "in the mood for @ {what}", "{wish} @ {what} where {say_lead}", "{wish} @ {what} where {say_drums}",
        "{wish} @ {kind}, {moods}, {tempo.remark}",
    ],
    "wish" : ["make", "make me", "I want", "please play", "create", "generate", "I need", "give me", "write", "compose", "play",
        "I would like", "write me", "produce", "I'd love", "let me hear", "need", "please make", "please write me", "do"],
    "looking" : ["looking for", "I am looking for", "searching for", "I am after", "trying to find", "anyone got", "I could use",
        "hoping for"],
    "limits" : ["{drumless}", "{instrumental}", "{absent}", "{bassless}", "{bpm}", "in {key}", "{tempo.is}", "{density.adj}",
        "{dynamics.adj}", "{tempo.remark}", "{absent}, {absent}", "{drumless.no}, {instrumental.no}", "{metre.remark}", "{era.adj}"],
}

# What a list of tags may hold; several of the first few.
TAGS = (
    "{name}", "{mood.adj}", "{mood.adj}", "{tempo.adj}", "{player.bare}", "{player.bare}", "{player.bare}", "{drums.bare}", "{bpm}",
    "{key}", "{key}", "{instrumental}", "{drumless}", "{density.adj}", "{dynamics.adj}", "{era.adj}", "{place.adj}", "{extra}",
    "{mood.adj}", "{register.adj}", "{articulation.adj}",
    "{metre}", "{skill.adj}", "{swing.adj}", "{mode}", "{use}", "{feeling}", "{mood.adj} {noun}", "{lead.plain} (melody|tune)",
    "{tempo}", "{bassless}", "{absent}", "{thing}", "{mass}", "{composer}", "{mood.adj} (mood|vibe|atmosphere)", "{rubato.adj}",
    "{player.bare}",
)
