"""Manners of describing music that listeners fall into: whole descriptions, each in an order of its own.

Ours; notation as in ``sentences``.

A manner is a row of patterns; each is a sentence, and those that cannot be said are passed over. Real captioners repeat themselves
from text to text far more than a free grammar does, so most writers keep to one manner.
"""

from __future__ import annotations

_A_MELODY = "(@ {mood.adj} melody|the main melody|the melody|@ {mood.adj} tune|a melody|the lead melody|the main tune|a tune)"
# fmt: off
MANNERS: dict[str, tuple[str, ...]] = {
    "features": (  # who plays, one by one, and where it can be played
        "(this {name} song features|this song features|this {mood.adj} song features|this {wordless}instrumental song features|this "
        "clip features|this is an {wordless}instrumental song featuring)"
        " ({lead} playing (the main melody|the lead|@ {mood.adj} melody)|the main melody (being |)played on {lead.the}|@ {mood.adj} "
        "melody played on {lead}|{player} being played|{players})",
        "(this is accompanied by {players}|it is accompanied by {players}|{players} accompany this|the accompaniment is played on "
        "{players}|{player.the} {verb:play} in the background|this is backed by {player})",
        "({drums} {verb:play} (a {name} beat|@ {tempo.adj} beat|a beat)|the percussion is played on {drums}|this is accompanied by "
        "{drums}|the percussion plays @ {tempo.adj} beat on {drums.bare})",
        "({low.the} {verb:play} the (bass line|bassline|bass part|low notes)|{held} {verb:play} in the background|{player.the} "
        "{verb:fill} the background)",
        "(this is @ {tempo.adj} song|the tempo of this song is {tempo.adj}|this song is played {tempo.remark}|the song is {metre.is})",
        "(the mood of this song is {moods}|the feel of this song is {moods}|this song has @ {moods} (mood|feel)|the melody is "
        "{moods}|this song is {moods})",
        "(there are no voices in this song|there are no vocals in this song){voiceless}",
        "(there are no other instruments in this song|no other instruments are played in this song){lonely}",
        "(this song does not have any percussion|there is no percussion in this song){beatless}",
        "(this song can be played {where}|this song can be played {where}|this song can be used for {use}|this {name} song can be "
        "played {where})",
    ),
    "piece": (  # genre, lead, background, atmosphere, soundtrack
        "(this is @ {name} music piece|this is @ {name} piece|this is an {wordless}instrumental {name} piece|this is @ {mood.adj} "
        "{name} music piece|this is an {wordless}instrumental piece|this is @ {tempo.adj} {name} piece)",
        "(it is an instrumental piece|this is an instrumental){voiceless}",
        "({there.lead} playing {melody}|{lead} {verb:is} playing {melody}[ in the lead]|the (main theme|melody|main tune|leading "
        "tune) is being played by {lead}|{lead.the} {verb:is} playing at the forefront|the piece is performed by {players}|the piece "
        "features {players})",
        "({player.the} {verb:is} (supporting|playing in the background|accompanying|joining in)|in the background, {players} can be "
        "heard|{players} are playing in the background|the melodic background consists of {players}|{low} {verb:is} playing in the "
        "background|{player} {verb:can} be heard in the background)",
        "(the rhythmic background consists of {beat}|the rhythmic background is provided by {drums}|the rhythm is provided by {beat}|"
        "{drums} {verb:is} playing @ {tempo.adj} beat[ in the background]|{drums} {verb:is} playing @ {name} beat|for the rhythm, "
        "there is {beat})",
        "(the atmosphere is {moods}|the atmosphere is {moods}|there is @ {mood.adj} atmosphere( to it| in this piece|)|the piece has "
        "@ {mood.adj} atmosphere|there is @ {mood.adj} feel to it|it has @ {mood.adj} aura|the atmosphere of the piece is {mood.adj}|"
        "there is a sense of {feeling} in this piece)",
        "(this piece could be playing in the background {where}|this piece could be used {where}|it could be used {where}|this piece "
        "would fit (perfectly |well |){where}|this piece could be playing {where}|it would suit {use} well|this piece could be used "
        "for {use}|it could also be used for {use})",
    ),
    "tempo": (  # the tempo with all that accompanies it, then a string of adjectives
        "(this music is @ {mood.adj} instrumental|this music is instrumental|the song is an instrumental|this song is @ {mood.adj} "
        "instrumental|this is @ {mood.adj} instrumental|this music is @ {mood.adj} {name} instrumental){voiceless}",
        "(the tempo is {tempo.adj} with|{tempo.adj} tempo with|the tempo is {tempo.adj} and features) ({lead} (melody|lead|solo|"
        "harmony)(, {player.bare} accompaniment|, {players.bare}|)[ and {drums.bare}]|{player.bare} harmony, {player.bare} "
        "accompaniment[ and {drums.bare}]|@ {mood.adj} {player.bare} (harmony|melody)[ and {drums.bare}]|{players.bare}|{drums.bare} "
        "and {player.bare})",
        "(the (music|song) is|it is) {mood.adj}, {mood.adj}(, {mood.adj}|)(, {mood.adj}|) and {mood.adj}",
        "(this (music|song) is (a {name} {wordless}instrumental|{mass}|@ {name} tune|@ {era.adj} {kind}|@ {place.adj} {kind}|@ "
        "{kind})|the song is {mass}|the (music|song) is {dynamics.is})",
    ),
    "contains": (  # what is in the audio, layer by layer, and where one might hear it
        "this (song|audio|composition|music|song) contains ({drums} (playing @ {tempo.adj} (groove|beat)|holding @ {name} groove|"
        "playing)[ along with {player}]|{lead} playing (a melody|the melody|@ {mood.adj} melody|the main melody)|someone playing "
        "{melody} on {lead}|{players}|{player} playing[ along with {player}])",
        "(along with it {lead} {verb:is} playing a melody|then {lead} {verb:is} playing the main melody|{lead} {verb:is} playing "
        "(the|a) melody[ on top]|{player} {verb:is} playing too|{player} {verb:is} playing along|{low} {verb:is} playing a bassline|"
        "{held} {verb:is} adding atmosphere)",
        "({low} {verb:is} playing the bassline|in the background you can hear {players}|in the background {player} {verb:is} playing|"
        "{held} {verb:is} holding long notes|you can hear {players}|{drums} {verb:is} holding (the|@ {tempo.adj}) (groove|beat))",
        "({there.drums}|a {name} groove is played by {drums}|{drums} {verb:is} playing along|{happening}|the melody sounds {moods}|"
        "the whole composition sounds {moods}|this sounds {moods}|it sounds {moods})",
        "(this (song|audio|composition|music) may be playing {where}|this song may be playing {where}|this (song|audio) may be "
        "played {where}|this sounds suited for {use}|this may be playing for {use})",
    ),
    "sounds": (  # one long line of layers, then how it sounds
        "(the {name} song features|the song features|the {mood.adj} song features|the {name} {wordless}instrumental features|the "
        "clip features|the loop features|the {kind} consists of)"
        " (@ {mood.adj} {lead.bare} melody|@ {lead.bare} melody|{player.bare}|{one}|{drums})(, followed by {player.bare}| played "
        "over {player.bare}| over {player.bare}|)(, {player.bare}|)(, {one}|)( and {drums.bare}| and {player.bare}|, alongside "
        "{drums.bare}|)",
        "it sounds {mood.adj}(, {mood.adj}|)( and {mood.adj}|, like something you would hear {where}|, {mood.adj} and {mood.adj}| "
        "and like something you would hear {where}|)",
        "(it also sounds {mood.adj}|{happening}|the song is {tempo.adj}|it is {instrumental.adj}|the {wordless}instrumental is "
        "{tempo.adj} and {density.adj}|it comes {era.remark})",
    ),
    "hears": (  # a listener thinking aloud
        "(this is|here we have|this is|we have) @ {what}",
        "(we hear|we can hear|you can hear|one hears) ({lead} playing (the melody|@ {mood.adj} melody|@ {mood.adj} tune)[ over "
        "{players}]|{players}|{player} and {player})",
        "({drums} {verb:drive} the rhythm|the drum beat is played on {drums.bare}|{drums} {verb:keep} the beat going|the music feels "
        "{moods}|the {noun} feels {moods}|the {vibe} is {moods}|it is quite {mood.adj}|it (gives|creates) a (feeling|sense) of "
        "{feeling})",
        "({say_tempo}|{say_shape}|{say_context}|{say_texture}|the piece gives off a feeling of {feeling}|it makes you want to {urge})",
        "(it would be suitable for {use}|this would be suitable for {use}|this song would be heard {where}|it would be heard {where}|"
        "this would be used for {use}|this is music for {use}|you would hear this {where})",
    ),
}
RULES: dict[str, list[str]] = {
    "melody": [_A_MELODY],
    "voiceless": ["{instrumental.silent}"],
    "wordless": ["{instrumental.known}"],
    "lonely": ["{alone.silent}"],
    "beatless": ["{drumless.silent}"],
    **{f"{name} {number}": [pattern] for name, patterns in MANNERS.items() for number, pattern in enumerate(patterns)},
}
# fmt: on
