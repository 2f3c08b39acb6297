"""What instruments and drum kits are called, and what they sound like by nature. Ours.

Keys are the spoken names of ``instruments.INSTRUMENTS`` and ``instruments.KITS``; a name without a row is spoken as it stands.
"""

from __future__ import annotations

from libretto.corpus.language.wording.table import phrases, rows

INSTRUMENTS: dict[str, tuple[str, ...]] = rows("""
piano: piano, piano, acoustic piano, grand piano, piano, pianoforte, piano keys, concert grand
honky-tonk piano: honky-tonk piano, saloon piano, honky tonk piano, tack piano, barroom piano, out-of-tune upright piano
Wurlitzer electric piano: Wurlitzer electric piano, Wurlitzer, Wurly, electric piano, e-piano, keyboard
electric piano: electric piano, e-piano, Rhodes-like electric piano, Rhodes-style keys, electric keys, Rhodes, rhodes piano, keyboard
harpsichord: harpsichord, cembalo, harpsichord, plucked keyboard
clavinet: clavinet, clav, clavinet keys, electric clavichord
celesta: celesta, celeste, celesta bells
glockenspiel: glockenspiel, glock, orchestral bells
music box: music box, musical box, wind-up music box, toy music box
vibraphone: vibraphone, vibes, vibraphone, vibraharp
marimba: marimba, wooden mallets, marimba
xylophone: xylophone, wooden xylophone
timpani: timpani, kettledrums, orchestral timpani
taiko drums: taiko drums, taikos, Japanese drums
orchestra hits: orchestra hits, orchestral hits, orch hits
tubular bells: tubular bells, chimes, church bells, orchestral chimes
kalimba: kalimba, thumb piano, mbira-like kalimba, mbira
steel drums: steel drums, steel pans, steelpan, pans
organ: organ, Hammond organ, electric organ, tonewheel organ, Hammond
Hammond organ: Hammond organ, Hammond, tonewheel organ, drawbar organ, rotary organ, organ
house organ: house organ, club organ, synth organ, organ keys
rock organ: rock organ, overdriven organ, Hammond organ, distorted organ
pipe organ: pipe organ, church organ, cathedral organ, organ
accordion: accordion, squeezebox, piano accordion, accordion
harmonium: harmonium, pump organ, reed organ, hand-pumped harmonium
melodica: melodica, blow-organ melodica, mouth-blown keyboard
bandoneon: bandoneon, bandoneón, tango accordion, squeezebox
harmonica: harmonica, blues harp, mouth organ, mouth harp
nylon string guitar: nylon string guitar, classical guitar, Spanish guitar, nylon-string guitar, acoustic guitar, nylon guitar
acoustic guitar: acoustic guitar, steel-string guitar, acoustic guitar, steel string acoustic, guitar
twelve-string guitar: twelve-string guitar, 12-string guitar, 12 string, jangly twelve-string
jazz guitar: jazz guitar, hollow-body guitar, archtop guitar, clean jazz guitar, guitar
gypsy jazz guitar: gypsy guitar, manouche guitar, acoustic guitar, gypsy jazz guitar
clean electric guitar: clean electric guitar, clean guitar, electric guitar, e-guitar, undistorted electric guitar
wah-wah guitar: wah-wah guitar, wah guitar, guitar through a wah pedal, wah-wah electric guitar, electric guitar
muted electric guitar: muted electric guitar, palm-muted guitar, muted guitar, chicken-scratch guitar
surf guitar: surf guitar, twangy electric guitar, spring-reverb guitar, electric guitar
slide guitar: slide guitar, bottleneck guitar, steel guitar
overdriven electric guitar: overdriven electric guitar, overdriven guitar, crunchy guitar, electric guitar, e-guitar, driven guitar
distorted electric guitar: distorted electric guitar, distorted guitar, distortion guitar, fuzzed-out guitar, e-guitar, electric guitar
banjo: banjo, five-string banjo, plucked banjo
mandolin: mandolin, mandolin, plucked mandolin
tres guitar: tres guitar, Cuban tres, tres
cavaquinho: cavaquinho, small Brazilian guitar, cavaco
hammered dulcimer: hammered dulcimer, dulcimer, hammer dulcimer, struck strings
ukulele: ukulele, uke, small ukulele
sitar: sitar, Indian sitar, sitar
kora: kora, West African kora, harp-lute, kora
koto: koto, Japanese koto, Japanese zither
shamisen: shamisen, Japanese lute, shamisen
balafon: balafon, West African balafon, wooden balafon, African xylophone
harp: harp, concert harp, orchestral harp, harp
upright bass: upright bass, double bass, acoustic bass, standup bass, stand-up bass, bass
electric bass: electric bass, bass guitar, e-bass, bass, electric bass guitar
picked electric bass: picked electric bass, picked bass guitar, bass guitar, bass
fretless bass: fretless bass, fretless bass guitar, fretless electric bass, bass
slap bass: slap bass, slapped bass guitar, slapped bass, bass
FM synth bass: FM synth bass, FM bass, synth bass, digital synth bass, bass
synth bass: synth bass, synthesizer bass, bass synth, electronic bass, bass
analog synth bass: analog synth bass, synth bass, analogue bass, analogue synth bass, bass
sub bass: sub bass, deep sub, sub-bass, low sub, bass
reese bass: reese bass, growling bass, detuned synth bass, reese, bass
wobble bass: wobble bass, wobbly bass, wub bass, LFO bass, modulated synth bass, bass
808 bass: 808 bass, 808s, booming 808, 808 sub, bass
triangle wave bass: triangle wave bass, chip bass, 8-bit bass, triangle bass, bass
tuba: tuba, bass tuba, tuba
violin: violin, violin
viola: viola, viola
cello: cello, violoncello, cello
double bass: double bass, contrabass, bowed double bass, string bass, bass
tremolo strings: tremolo strings, trembling strings, shivering strings
pizzicato strings: pizzicato strings, plucked strings, pizzicato
string section: string section, strings, orchestral strings, string ensemble, bowed strings
synth strings: synth strings, string machine, synthetic strings, synthesized strings
fiddle: fiddle, violin, folk fiddle, fiddle
choir: choir, wordless choir, choral voices, massed voices
synth voice: synth voice, synthetic voice, synthesized voice, vocal-like synth
choir singing aahs: choir singing aahs, choir aahs, choir, wordless choir, choral aahs
choir singing oohs: choir singing oohs, choir oohs, choir, wordless choir, choral oohs
synth choir: synth choir, choir pad, synthetic choir, electronic choir
trumpet: trumpet, trumpet
trombone: trombone, slide trombone, trombone
muted trumpet: muted trumpet, harmon-muted trumpet, muted trumpet
french horns: french horns, horns, French horns, orchestral horns
brass section: brass section, brass, horns, brass ensemble, horn section
synth brass: synth brass, synthesizer brass, brassy synth, synthetic brass
soprano saxophone: soprano saxophone, soprano sax, saxophone, sax
alto saxophone: alto saxophone, alto sax, saxophone, sax
tenor saxophone: tenor saxophone, tenor sax, saxophone, sax
baritone saxophone: baritone saxophone, bari sax, baritone sax, saxophone, sax
oboe: oboe, orchestral oboe, oboe
English horn: English horn, cor anglais, english horn
bassoon: bassoon, orchestral bassoon, bassoon
clarinet: clarinet, clarinet, B-flat clarinet
flute: flute, concert flute, transverse flute, flute
piccolo: piccolo, piccolo flute
recorder: recorder, wooden recorder, block flute
pan flute: pan flute, panpipes, pan pipes, panflute
shakuhachi: shakuhachi, Japanese flute, bamboo flute
whistling: whistling, whistled line, whistle, whistled tune
ocarina: ocarina, clay ocarina, vessel flute
bagpipes: bagpipes, bagpipe, pipes
theremin: theremin, theremin, theremin-like synth
warm synth pad: warm synth pad, synth pad, analog pad, soft-edged synth pad, pad
dark synth pad: dark synth pad, low synth pad, synth pad, filtered synth pad, pad
glassy synth pad: glassy synth pad, glass pad, crystalline pad, synth pad, glassy pad
evolving synth pad: evolving synth pad, evolving pad, shifting pad, synth pad, pad
sweeping synth pad: sweeping synth pad, sweeping pad, synth pad, swept pad, filter-swept pad
bowed glass pad: bowed glass pad, glass pad, shimmering pad, synth pad
supersaw synth: supersaw synth, supersaw, supersaw chords, detuned synth, synth, synth lead
saw lead synth: saw lead synth, saw lead, synth lead, lead synth, synth
square wave lead: square wave lead, square lead, 8-bit lead, synth lead, square-wave synth
pulse wave lead: pulse wave lead, pulse lead, 8-bit lead, synth lead, pulse-wave synth
thin pulse arpeggio: thin pulse arpeggio, chip arpeggio, 8-bit arpeggio, pulse-wave arpeggio
plucked synth: plucked synth, synth pluck, plucky synth, synth
FM bells: FM bells, digital bells, synth bells, glassy FM bells
wavetable synth: wavetable synth, wavetable lead, digital synth, synth
bell synth: bell synth, synth bells, bell-like synth, electronic bells
metallic synth stabs: metallic synth stabs, FM stabs, metallic stabs, synth stabs
acid synth: acid synth, 303 acid line, acid bassline, squelchy acid synth, 303
""")

# True of the instrument whatever it plays; the first row whose word is in the name counts. Nothing here is a mood or a loudness.
TIMBRES: dict[str, tuple[str, ...]] = rows("""
electric piano: bell-like, tine-like, chorused, round
dulcimer: hammered, jangling, ringing
piano: acoustic, hammered, resonant, full-bodied, woody
harpsichord: jangling, plucked, twangy, metallic
vibraphone: ringing, metallic, shimmering, bell-like
bell: ringing, chiming, metallic, bell-like
music box: tinkling, plinking, chiming, twinkling
glockenspiel: ringing, tinkling, chiming, twinkling
celesta: tinkling, chiming, bell-like, twinkling
marimba: woody, hollow, mallet-struck, round
xylophone: woody, dry, mallet-struck, clattering
balafon: woody, buzzing, mallet-struck
kalimba: plucked, tinkling, thumb-plucked, metallic
steel drums: ringing, tropical, metallic, shimmering
organ: reedy, sustained, humming, full-bodied
accordion: reedy, wheezing, bellows-driven
bandoneon: reedy, wheezing, bellows-driven
harmonium: reedy, droning, wheezing
melodica: reedy, breathy, nasal
harmonica: reedy, wailing, bluesy-sounding, breathy
distorted: crunchy, fuzzy, saturated, high-gain, distorted
overdriven: crunchy, biting, saturated, amp-driven
surf: drippy, reverb-drenched, spring-reverbed
slide: sliding, whining, glassy
guitar: plucked, stringy, ringing, six-string
bass: deep, low, round, low-end, fat
808: deep, booming, low
banjo: twangy, plucked, jangling
mandolin: plucked, jangling, tinkling
sitar: buzzing, droning, twangy
harp: plucked, rippling, glistening, cascading
kora: plucked, rippling, cascading
pizzicato: plucked, short-plucked
string: bowed, lush, layered, massed
violin: bowed, singing, stringy
viola: bowed, husky, singing
cello: bowed, rich, woody, resonant
fiddle: bowed, scratchy, folky
choir: massed, layered, blended
trumpet: brassy, blaring, shiny
trombone: brassy, sliding, round
timpani: rumbling, rolling
tuba: brassy, oom-pah, round
horn: brassy, round, noble-sounding
brass: brassy, blaring, shiny
saxophone: reedy, breathy, husky, smoky-toned
oboe: nasal, reedy, piping
bassoon: reedy, woody, nasal
clarinet: woody, reedy, hollow, liquid
flute: breathy, silvery, piping, fluttering
recorder: piping, woody, breathy
ocarina: hollow, piping, breathy
theremin: wavering, warbling, sliding, quivering
pad: sustained, lush, slow-blooming, washy, enveloping
arpeggio: bleeping, blippy, rolling, chirping
lead: buzzy, electronic, shiny, piercing
acid: squelchy, resonant, bubbling
synth: electronic, buzzy, synthetic, shiny
""")

# What a bassist, a guitarist and so on is said to play; the first row whose word is in the name counts.
LINES: dict[str, tuple[str, ...]] = rows("""
bass: bassline, bass line, low end, line down low, bottom end, foundation
tuba: bass line, low end, bottom end
pad: long held chords, bed of sound, backdrop, wash
choir: backdrop, harmony, long vowels, layered harmony
""")

_ACOUSTIC = phrases(
    "drums, drum kit, acoustic drums, drum set, real drums, acoustic drum kit, acoustic drum beat, live-sounding drums, live drum kit, "
    "acoustic kit"
)
_MACHINE = phrases(
    "drum machine, electronic drums, programmed drums, electronic drum beat, programmed percussion, digital drums, machine drums,"
    " drum machine beat, drum programming"
)
DRUMS: dict[str, tuple[str, ...]] = rows("""
live drums: live drums, live drum kit, live kit, acoustic drums
roomy live drums: roomy live drums, roomy drum kit, live drums in a big room
hard-hitting live drums: hard-hitting live drums, hard-hit drums, smashing drums, thumping live drums
swinging jazz drums: swinging jazz drums, jazz drums, jazz drum kit, swing drumming
soft brushed drums: soft brushed drums, brushed drums, brushes on the snare, drums played with brushes, brushwork
orchestral percussion: orchestral percussion, symphonic percussion, concert percussion, percussion of the orchestra
punchy 909 drum machine: punchy 909 drum machine, 909 drum machine, 909 drums, 909 kick
808 drum machine: 808 drum machine, 808 drums, 808 beat, 808 kick and claps
gated eighties drum machine: gated eighties drum machine, gated drum machine, drums with gated reverb, big gated drums
chopped breakbeats: chopped breakbeats, chopped drum breaks, breakbeats, sliced-up breaks
8-bit noise drums: 8-bit noise drums, 8-bit drums, chip drums, noise-channel drums, bit-crushed drums
Latin percussion: Latin percussion, congas and timbales, Latin drums and shakers, hand drums, Latin percussion section
marching drums: marching drums, marching snares, parade drums, drum corps, snare drums and bass drum
cajon and hand percussion: cajon and hand percussion, cajón, cajon, hand percussion, cajon groove
samba percussion: samba percussion, batucada, samba drums, surdo and tamborim, Brazilian percussion
African percussion: African percussion, djembes, African drums, hand drums, African drum ensemble
taiko drums: taiko drums, taikos, big Japanese drums, taiko ensemble
dusty lo-fi drums: dusty lo-fi drums, dusty drums, lo-fi drums, crackly lofi drums, dusty drum loop
""")


def plain_drums(kit: str) -> tuple[str, ...]:
    """What any kit of its kind may be called: machine, loop, percussion or drum set."""
    name = kit.lower()
    if any(word in name for word in ("lo-fi", "chopped", "break")):
        return ("drums", "drum loop", "beat", "drum beat")
    if any(word in name for word in ("machine", "8-bit", "electronic", "808", "909")):
        return _MACHINE
    if "percussion" in name or "cajon" in name:
        return ("percussion",)
    if any(word in name for word in ("marching", "taiko")):
        return ("drums", "percussion")
    if "brush" in name:
        return ("drums", "drum kit", "acoustic drums", "brushed drum kit", "jazz drum kit")
    return _ACOUSTIC
