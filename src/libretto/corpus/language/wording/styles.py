"""What a style is called. Ours; nothing here names a mood, a tempo or a singer, which only a sheet can vouch for.

Before the semicolon stand names ("techno"), which take a noun or stand for the music; after it whole things ("techno workout"),
which take an article. A phrase after ``~`` must hold of the sheet: an era, or an instrument that is heard.
"""

from __future__ import annotations

from libretto.corpus.language.wording.table import two_rows

STYLES: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = two_rows("""
ambient: ambient, ambient music, ambient electronica, new age ambient, beatless ambient~no drums, atmospheric ambient;
 ambient soundscape, ambient wash, ambient drone piece, ambient texture
lo-fi hip hop: lo-fi hip hop, lofi hip hop, lofi, lo-fi, lo-fi hip-hop, lofi hiphop, chillhop, lo fi hip hop; lo-fi beat, lofi beat,
 lo-fi hip hop tune, chillhop beat
house: house, house music, club house, dancefloor house, house-style dance music, electronic house; house groove, house cut,
 four-on-the-floor house groove~drums
deep house: deep house, deep-house, deep house music, deephouse, deep house electronica, clubby deep house; deep house groove,
 deep house cut, deep house number
techno: techno, techno music, club techno, warehouse techno, dancefloor techno, electronic techno; techno workout, techno cut,
 techno banger, techno loop
trance: trance, trance music, club trance, electronic trance, trance-style EDM, rave trance; trance anthem, trance cut, trance tune
drum and bass: drum and bass, drum & bass, drum n bass, dnb, d'n'b, drum'n'bass, DnB, drum-and-bass; dnb roller, drum and bass cut
dubstep: dubstep, dubstep music, electronic dubstep, dub step, half-time dubstep, UK-style dubstep; dubstep drop, dubstep banger,
 dubstep cut
synthwave: synthwave, synth wave, retrowave, outrun, synth-wave, retro synth music~synth, 80s synth music~80s,
 outrun-style synthwave; synthwave cruise, retrowave tune, outrun tune
trap: trap, trap music, trap hip hop, hip-hop trap, southern-style trap, trap-style hip hop; trap beat, trap tune, trap type beat
breakbeat: breakbeat, breaks, break beat, breakbeat music, breakbeat electronica, big-beat breaks; breakbeat workout, breaks cut,
 breakbeat groove
downtempo: downtempo, downtempo electronica, down-tempo, downtempo music, trip-hop-ish downtempo, electronic downtempo;
 downtempo groove, downtempo cut, downtempo number
IDM: IDM, glitchy electronica, intelligent dance music, idm, IDM-style electronica, glitch, experimental electronica, braindance;
 glitch sketch, IDM experiment
rock: rock, rock music, band rock, straight rock, guitar rock~guitar, rock band music; rock jam, rock number,
 rock song, rock groove
indie rock: indie rock, indie, indie-rock, indie guitar music~guitar, alternative rock, indie band music, alt rock; indie tune,
 indie rock song, indie rock jam
metal: metal, heavy metal, metal music, crunching metal, headbanging metal, riff metal, heavy-metal; metal riff, metal song,
 heavy metal assault
punk: punk, punk rock, punk-rock, punk music, garage punk, three-chord punk, basement punk; punk thrash, punk tune, punk song
blues: blues, blues music, blues-style music, bar-room blues, electric blues~electric guitar, blues guitar music~guitar,
 juke joint blues; blues jam, blues shuffle~swing, blues number, blues tune, blues song
country: country, country music, country and western, twangy country, Nashville-style country, honky-tonk country,
 down-home country; country tune, country number, country song, country hoedown~drums
folk: folk, folk music, acoustic folk~acoustic guitar, traditional-sounding folk, folky acoustic music~acoustic guitar,
 campfire folk, folksy music; folk tune, folk song, folk number
soul: soul, soul music, R&B, rnb, classic-sounding soul, soul band music, soul and R&B, r&b soul; soul groove, soul number,
 soul tune
funk: funk, funk music, tight funk, deep-pocket funk, funk band music, syncopated funk; funk groove, funk jam, funk workout,
 funk number
disco: disco, disco music, dancefloor disco, disco dance music, disco-style dance music, 70s disco~70s, mirror-ball disco;
 disco groove, disco number, disco stomper
gospel: gospel, gospel music, gospel band music, church-style gospel, Sunday-morning gospel, praise music, gospel organ music~organ;
 gospel shout, gospel tune, gospel number, praise break
reggae: reggae, reggae music, roots reggae, reggae-style music, offbeat reggae, one-drop reggae~drums, island reggae; reggae riddim,
 reggae groove, reggae tune
ska: ska, ska music, ska-style music, two-tone-style ska, offbeat ska, dancehall-style ska, skank music; ska tune, ska number,
 ska skank, ska stomper
surf rock: surf rock, surf music, surf-rock, surf band music, surf guitar music~guitar, beach-party surf, twangy surf~guitar;
 surf tune, surf stomp, surf rock number
jazz swing: swing, swing jazz, jazz swing, straight-ahead jazz, jazz combo music, swing-era jazz, small-group swing, jazz; swing tune,
 jazz number, swing number
big band: big band, big band jazz, big-band, big band swing, big-band swing music, jazz orchestra music, swing orchestra music;
 big band chart, big band number, big-band tune
jazz ballad: jazz ballad-style music, ballad jazz, lounge jazz, supper-club jazz, cocktail-hour jazz, piano-bar jazz~piano;
 jazz ballad, ballad for jazz combo, jazz standard-style ballad, lounge ballad
bossa nova: bossa nova, bossa, bossanova, bossa-nova, bossa nova jazz, Latin lounge bossa, bossa nova guitar music~guitar;
 bossa tune, bossa nova number, bossa groove
bebop: bebop, bop, be-bop, bebop jazz, hard-swinging bop, bop combo music, jam-session bebop; bebop head, bop number, bebop burner
gypsy jazz: gypsy jazz, jazz manouche, hot club jazz, gipsy jazz, manouche, gypsy swing, hot-club-style swing,
 manouche guitar music~guitar; manouche tune, hot club number
salsa: salsa, salsa music, salsa dura, Afro-Cuban dance music, Latin dance salsa, ballroom salsa; salsa number, salsa groove,
 salsa jam, salsa tune
samba: samba, samba music, carnival samba, street samba, samba dance music, samba-style Latin music; samba groove, samba tune,
 carnival number, samba jam
tango: tango, tango music, tango-style music, tango dance music, milonga-hall tango, ballroom tango, bandoneon tango~bandoneon;
 tango number, tango for dancers, tango tune
afrobeat: afrobeat, afro beat, afrobeat music, Afro-funk, West African funk, afro-beat, polyrhythmic afrobeat; afrobeat groove,
 afrobeat jam, afro groove
cumbia: cumbia, cumbia music, tropical cumbia, cumbia dance music, street-party cumbia, Latin cumbia, cumbia-style music;
 cumbia groove, cumbia tune, cumbia number
classical piano: classical piano, classical piano music, piano classical, classical keyboard music, sonata-style piano,
 recital piano music; classical piano piece, piano sonata movement, piano sonatina, piano étude, classical piano composition
romantic piano: Romantic-style piano, Romantic piano music, nocturne-style piano, 19th-century-style piano, salon piano music,
 Chopin-style piano; piano nocturne, Romantic piano piece, piano rhapsody, character piece for piano
string quartet: string quartet, string quartet music, classical string quartet, chamber strings, chamber string music,
 string chamber music; string quartet movement, quartet for strings, chamber piece for strings
orchestral: orchestral, orchestral music, symphonic, symphonic music, classical orchestral, full-orchestra music, concert-hall music;
 symphonic movement, orchestral work, orchestral piece, symphonic passage
baroque: baroque, baroque music, Baroque, early-music baroque, baroque-style counterpoint, period-instrument baroque, contrapuntal
 baroque; baroque suite movement, baroque invention, baroque dance
choral: choral, choral music, choir music, a cappella-style choral music~no drums, sacred choral music, cathedral choir music,
 wordless choral music; choral piece, chorale, motet-like piece, anthem for choir
waltz: waltz music, waltz-time, ballroom waltz music, Viennese-style waltz music, triple-time dance music; waltz, ballroom waltz,
 concert waltz, waltz tune, Viennese-style waltz
march: march music, marching band-style, parade music, military-style march music, marching, bandstand music; march, parade march,
 marching tune, military-style march, quick-step march
minimalism: minimalist, minimalism, minimalist classical, minimal music, pulse minimalism, pattern music, post-minimalist,
 process music; minimalist loop piece, minimalist study
orchestral cinematic: cinematic orchestral, cinematic, film score, film music, orchestral soundtrack, symphonic soundtrack,
 movie score, movie music, trailer music; cinematic cue, film cue, trailer cue, movie soundtrack, orchestral film cue
horror: horror, horror music, horror film, horror movie, scary-movie, horror-score; horror soundtrack, horror score, horror cue,
 horror underscore, horror film cue
chiptune: chiptune, chip music, 8-bit, 8 bit, chip tune, 8-bit music, retro game, retro video game music, NES-style chip music;
 8-bit tune, chiptune loop, retro game tune
adventure game: adventure game, adventure game music, fantasy game music, RPG music, role-playing game, game soundtrack,
 video game adventure music, JRPG-style; RPG overworld theme, video game theme, quest theme, game soundtrack cue
lullaby: lullaby music, cradle-song, nursery music, baby music, bedtime, cradle music; lullaby, cradle song, bedtime lullaby,
 bedtime song, lullaby for a baby
meditation: meditation, meditation music, yoga music, spa music, zen music, healing music, mindfulness music, new age meditation;
 meditation soundscape, sound bath, meditation piece
country folk: country folk, country-folk, americana, acoustic americana, roots music, country-folk music, rootsy acoustic music;
 country folk tune, americana tune, roots number
""")

# What scores add to the composer's styles.
SCORE_STYLES: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = two_rows("""
classical orchestral: classical orchestral, orchestral classical, symphonic classical, classical orchestra music, concert music; classical
 work
 for orchestra, orchestral concert work, orchestral work
classical chamber music: classical chamber music, chamber music, classical ensemble, chamber-style classical, small-ensemble classical;
 chamber work, chamber piece, classical ensemble piece
choral music: choral music, choral, choir music, sacred-style choral music, part-song; choral piece, choral work, setting for choir
classical organ music: classical organ music, organ music, pipe organ music, church organ music; organ piece, organ work, piece for organ
classical guitar music: classical guitar music, classical guitar, Spanish-style guitar music, recital guitar music; classical guitar
 piece,
 guitar study
harpsichord music: harpsichord music, early keyboard music, harpsichord-age, period keyboard music; harpsichord piece, piece for harpsichord
japanese folk: Japanese folk, Japanese traditional music, traditional Japanese music, Japanese folk music, koto music~koto; Japanese tune,
 traditional Japanese piece
classical dance music: classical dance music, classical dance, old dance music, courtly dance music; classical dance piece, old dance
opera music: opera music, operatic, opera, music from an opera, stage music; operatic piece, opera excerpt
video game music: video game music, game music, video game, level music, game level music, VGM; video game tune, game level theme
jazz age song: jazz age, jazz-age popular, Tin Pan Alley, old-time popular, vintage popular; jazz age song, Tin Pan Alley number, old-time
 song
ragtime: ragtime, ragtime music, rag, piano rag~piano, old-time ragtime; rag, ragtime number, ragtime piece
hymn: hymn-like, hymnal, church hymn, sacred music, congregational music; hymn, hymn tune, church hymn
reel: reel-time folk, fiddle-tune folk, session music, traditional dance music, reel music; reel, folk reel, session tune, dance tune
jig: jig-time folk, session music, traditional dance music, jig music; jig, folk jig, session tune, dance tune
hornpipe: hornpipe-style folk, session music, traditional dance music, hornpipe music; hornpipe, folk hornpipe, session tune, dance tune
polka: polka music, polka-style folk, traditional dance music; polka, folk polka, polka tune, dance tune
slide: slide-style folk, session music, traditional dance music; slide in the Irish manner, folk tune, session tune, dance tune
slip jig: slip-jig folk, session music, traditional dance music; slip jig, folk tune, session tune, dance tune
""")

# The last word of a name that needs no noun after it.
MASS = frozenset(
    ["music", "jazz", "swing", "reggae", "ska", "punk", "metal", "blues", "country", "folk", "soul", "funk", "disco", "gospel", "surf",
        "bop", "bebop", "manouche", "salsa", "samba", "tango", "afrobeat", "cumbia", "piano", "strings", "counterpoint", "baroque",
        "minimalism", "quartet", "techno", "trance", "house", "dubstep", "synthwave", "retrowave", "outrun", "trap", "breakbeat",
        "breaks", "downtempo", "IDM", "idm", "electronica", "ambient", "glitch", "braindance", "chillhop", "lofi", "dnb", "DnB", "bass",
        "d'n'b", "EDM", "rock", "indie", "R&B", "rnb", "R&B", "bossa", "bossanova", "nova", "chiptune", "soundtrack", "score", "hip-hop",
        "hop", "hiphop", "dura", "wave"]
)
