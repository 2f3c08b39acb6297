"""Prompts as people type them, by the style they mean. Written by hand from what a listener knows of the music, ours.

No style's name stands in them, and none of the names our caption language has for the style that is meant: a model that
matches words to words has nothing to hold on to. They are for measuring only; nothing trains on them.

To extend: a prompt a line under its style, indented; any number of prompts a style, four at least.
"""

from __future__ import annotations


def read(text: str) -> dict[str, tuple[str, ...]]:
    """Prompts by style from lines of "style:" with indented prompts below it.

    Raises:
        ValueError: a line is neither, or a style comes twice.
    """
    found: dict[str, list[str]] = {}
    style = ""
    for line in filter(str.strip, text.splitlines()):
        if line.startswith(" ") and style:
            found[style].append(line.strip())
        elif line.endswith(":") and line[:-1] not in found:
            style = line[:-1]
            found[style] = []
        else:
            raise ValueError(f'{line!r} is neither a new "style:" nor an indented prompt below one')
    return {name: tuple(prompts) for name, prompts in found.items()}


FREE_PROMPTS = read("""
house:
 four on the floor kick with bouncy piano stabs and offbeat hi-hats, hands in the air
 Chicago club feeling, organ riff, claps on two and four, 125 bpm
 something happy and loud to dance to at 1am, steady thumping kick and chopped up voices
 90s dancefloor piano riff with strings, upbeat, makes the whole room jump
 workout music with a constant kick, catchy chords and a rubbery synth bass, around 124 beats per minute
deep house:
 smooth late night club groove, warm Rhodes chords, soft sub and gentle shakers, about 118 bpm
 sunset on a rooftop bar, steady but quiet kick, jazzy seventh chords, nothing aggressive
 mellow four to the floor for a beach lounge, muted keys and lots of space
 understated hypnotic dance track with lush ninth chords, for people who dance with their eyes closed
 I'm having people over for cocktails, need an easygoing dance beat with silky pads, a bit melancholy
techno:
 dark pounding machine beat for a Berlin basement at five in the morning
 relentless 132 bpm kick and an acid line that keeps twisting, no melody to speak of
 cold industrial loop, rumbling low end, metallic hits, strobe lights and smoke
 Detroit drum machines and stabs, mechanical, repetitive, futuristic
 very repetitive club music without chord changes, just kick, hats and a sinister sequencer
trance:
 soaring supersaw chords over a fast kick, long breakdown and then a euphoric lift, 140 bpm
 festival main stage at sunrise, arpeggiated synths and an emotional melody that gives goosebumps
 late 90s rave with rolling offbeat bass and plucked arps, feels like flying
 huge hands-up synth lead with gated pads, Germany around 1999
 fast emotional electronic music for driving on the Autobahn at night, layered saws, galloping bass line
synthwave:
 neon city at night, gated reverb snare, analog pads and a pulsing bassline like an 80s action film
 driving a red sports car down the coast in 1986, shiny keyboards, big toms, nostalgic lead melody
 retro-futuristic car chase, arpeggiated eighth note bass, vintage drum machine
 VHS nostalgia and palm trees, an eighties mid-speed beat with saxophone and electronic toms
 warm Juno chords and a heroic keyboard lead for a training montage, as if it was 1984
lo-fi hip hop:
 dusty vinyl crackle, mellow Rhodes and a lazy boom bap beat to study to
 sleepy beat for doing homework on a rainy evening, jazzy guitar chords, soft kick
 chill beats for coding at 2am, detuned piano loop, no vocals
 warm tape hiss, sluggish drums around 75 bpm and a nostalgic electric piano
 something cozy to read to, laid back head-nodding drums with vibraphone
trap:
 booming 808s, rapid hi-hat rolls and a creepy bell melody, 140 bpm
 hard Atlanta rap instrumental, snare on three, triplet hats, gliding sub
 menacing beat for a rapper, dark piano loop, lots of low end, skittering hats
 swagger for a gym montage: brass hits, 808 slides, half-time snare
 moody flute sample over half-time drums and stuttering hi-hats, for freestyling
breakbeat:
 chopped funky drum loop with a big distorted acid line, British rave at 130 bpm
 syncopated old school sampled drums with organ stabs, sounds like a big party in 1997
 rowdy electronic track, crunchy live-sounding drums and squelchy bass
 soundtrack of a racing game, shuffling sampled drums, filtered stabs, cheeky and loud
 dance music where the kick isn't on every quarter, funky drummer loops and rave pianos
drum and bass:
 super fast chopped amen loops over a heavy rolling sub, 174 bpm
 jungle from London, frantic snares at double speed under slow dreamy pads
 adrenaline for an extreme sports video, rapid two-step percussion and a growling reese
 airy and soulful pads but the percussion is very fast, skittering snares, rumbling low end
 running playlist at 175 beats per minute, energetic breaks and dark synths
downtempo:
 smoky Bristol groove with muted trumpet, slow and a bit paranoid
 late night café electronics, sitar samples over a dusty slow beat, sub bass
 sultry 90s chillout, 85 bpm, Rhodes, strings and a laid-back loop of live drums
 a spy walking through fog, slow-motion beat, slide guitar with lots of reverb
 relaxed but groovy electronic music for after the club, flutes and a fat bass
dubstep:
 filthy wobbling bass at 140 with a half-time snare and a massive drop
 south London sound system pressure, sparse drums, growling sub, dark pads
 aggressive robot bass that talks and screeches, makes people lose it at the drop
 heavy half-speed beat, LFO bass, ominous quiet before it explodes
 make my subwoofer shake: wobbles, metallic stabs, snare on the third beat
IDM:
 intricate twitchy drum programming with childlike melodies
 weird broken electronic beats in 5/4, detuned bells, like a computer dreaming
 brainy electronics for headphones, stuttering clicks, grainy textures and tender pads
 erratic drum machine that never repeats, melancholic analogue melody, England 1995
 abstract skittish synth pieces, not for dancing, melodic but strange
rock:
 overdriven guitars, solid backbeat and Hammond behind, like a 70s arena
 power chords and a big guitar solo for a road trip with the windows down
 loud group in a bar, crunchy riff, straight drums, 120 bpm, attitude
 gritty electric guitar riff with bass and drums to open a stadium show
 two guitars, long hair, 1975, an anthem everybody can shout along to
indie rock:
 jangly clean guitars with chorus effect, driving bass, bittersweet college radio
 coming-of-age movie, shimmering guitars and glockenspiel, kids running down the street
 garage group from Brooklyn in 2004, trebly guitars, steady eighth note bass, a little sloppy
 wistful upbeat guitar pop with reverb and tambourine for a summer film
 quirky hopeful song by a small group with melodica and twelve-string
metal:
 chugging palm muted distorted guitars with double kick drums, furious
 brutal riffs in drop D, fast and dark, for lifting weights
 shredding guitar solo over blast beats and evil chords
 galloping distorted guitars with a dramatic choir, dragons and swords
 the heaviest wall of distortion you can make, aggressive, minor, no keyboards
punk:
 three chords, super fast, sloppy, over in under two minutes
 London 1977, tiny sweaty club, buzzsaw guitars and no solos
 skateboard video at 190 bpm, distorted downstrokes, snotty
 raw angry guitars with frantic drums, sounds recorded in a garage, against everything
 fast cheerful distorted guitars, simple, loud and bratty
surf rock:
 twangy guitar drenched in spring reverb, tremolo picking, California beach 1963
 Tarantino opening credits, fast exotic guitar melody
 instrumental guitar with rolling toms, chasing a big one at Malibu
 go-go dancers, sun and hot rods, speedy twang and honking sax
 double picked minor key guitar line over a tom-tom beat, reverb dripping
blues:
 slow twelve bar shuffle with slide guitar and harmonica, sad and gritty
 Mississippi porch, bottleneck guitar, my baby left me
 smoky Chicago bar in the fifties, bent guitar notes over walking bass and organ
 lonely guitar answering itself over a 12/8 groove, whisky at closing time
 dominant seventh chords, call and response licks, rolling piano, laid back
country:
 pedal steel and fiddle, train beat, Nashville heartbreak
 banjo and acoustic guitar, pickup truck on a dirt road, cheerful
 cowboy boots, line dancing, twangy Telecaster and boom-chicka bass
 saturday night in a Texas saloon with fiddle breaks and walking guitar runs
 small town, slow song in three with steel guitar and mandolin
folk:
 fingerpicked acoustic guitar and fiddle around a campfire, no drums
 quiet 60s Greenwich Village guitar with harmonica
 old Irish sounding melody on whistle and fiddle, in six eight
 simple acoustic music for a walk in the woods, mandolin, warm
 a storyteller with guitar and accordion, pastoral English village
gospel:
 sunday service, Hammond and piano, the choir lifting everybody up, clapping
 joyful church band in 12/8 with a big choir, hallelujah
 slow worship organ with runs on the piano, testifying, tears
 Baptist church in the American South, tambourines and singers shouting with joy
 uplifting choir with Leslie organ about faith and hope, building up
reggae:
 guitar chops on the offbeat, heavy bassline, laid back island sunshine, 75 bpm
 Jamaican groove with bubbling organ and one drop drums, for lying in a hammock
 Kingston 1976, big round bass up front, melodica
 chill beach bar, chords on the upbeat, everything irie
 slow swaying rhythm, the guitar only scratches on two and four, no hurry at all
ska:
 fast upstroke guitars with a horn section, checkerboard suits, jumpy
 happy quick offbeats with trombone and trumpet riffs, 160 bpm, everybody hops from foot to foot
 Kingston dance hall in 1964, walking bass, offbeat piano, blaring trombone
 British youth in pork pie hats 1980, organ on the upbeats, cheeky saxes
 goofy brass party with choppy guitar on every upbeat, can't stand still
soul:
 Motown groove with tambourine, strings and sax, a sixties love song
 warm horns and Wurlitzer, smooth slow jam from Memphis
 heartbreak in 12/8 with organ and horns, 1966, a singer on his knees
 sweet 1971 strings and electric piano, tender, for making up after a fight
 Detroit hit factory, bouncing bass line, baritone sax and hand claps
funk:
 slap bass, wah guitar, tight drums, everything on the one
 clavinet riff and punchy horns, greasy groove, 105 bpm
 syncopated sixteenth note guitar scratching, nasty in the best sense, stank face
 70s cop show chase with wah-wah and horn stabs
 dry drums full of ghost notes, popping bass, no pads, get up and move
disco:
 Studio 54, sweeping strings, octave bass, open hi-hats on the offbeat
 glittery dance floor in 1977, guitar scratches and horns
 roller skating party, four on the floor with lush violins and flute
 118 bpm with real strings and a bass that jumps in octaves, platform shoes
 wedding party classic from the seventies under a mirror ball, everyone joins in
jazz swing:
 walking upright bass, ride cymbal and a saxophone taking solos in a small club
 piano trio with vibraphone, ding-dinga-ding cymbal, New York 1957
 quartet playing standards in a restaurant, medium speed, tenor sax, finger snapping
 strolling downtown in a good suit, muted trumpet, double bass walking four to the bar
 cool piano and sax in 5/4 with brushes, sophisticated
big band:
 seventeen musicians, roaring trumpets and saxes trading riffs, 1940s ballroom
 Count Basie brass shouts over a walking bass
 wartime dance hall, clarinet and trombones, soldiers on leave
 Sinatra in Vegas but only the musicians behind him, blaring trombones, sax soli
 whole horn sections answering each other, drummer kicking every hit, glamorous
bebop:
 blisteringly fast alto sax lines over a walking bass at 250 bpm
 Charlie Parker and Dizzy Gillespie on 52nd Street, virtuoso solos
 dizzying eighth note runs, sax and trumpet in unison, then one solo after another
 too fast to dance to, small combo, chromatic improvising, ride cymbal flying
 nervous, clever, breakneck quintet from 1947
jazz ballad:
 slow smoky saxophone with brushes, dim lights, three in the morning
 tender piano and double bass for a candlelit dinner, 60 bpm
 torch song without the singer, muted trumpet, very slow, rain on the window
 alone at night, whispering brushed snare, rich late chords, a trumpet that hardly breathes
 slow dance for two in a hotel bar, breathy tenor sax
bossa nova:
 nylon guitar with soft syncopated chords and a whispery flute, Rio 1962
 that Ipanema feeling, for a café or an elevator
 gentle Brazilian guitar, rim clicks, lazy sunny afternoon
 Jobim harmonies, light percussion, cool tenor sax
 brunch by the ocean, understated guitar from Brazil, no hurry
gypsy jazz:
 Django and Grappelli in 1930s Paris, violin and pumping acoustic guitars
 percussive acoustic rhythm guitar with fast acoustic solos, no drums
 French bistro, violin and guitars racing each other
 pavement café in Montmartre, clarinet, accordion and chugging acoustic guitars, lively
 only string instruments, Paris before the war, virtuoso guitar runs with wide vibrato
salsa:
 piano montuno, congas, blaring trombones, clave, hot night in Havana
 fast Cuban party with cowbell and timbales
 New York 1974, Puerto Rican trumpets, tumbao bass, dance until morning
 190 bpm for partner dance class, piano guajeo and bongos
 spicy Caribbean horns and a syncopated piano that never stops
samba:
 Rio carnival, surdo, tamborim and cuica, euphoric
 cavaquinho strumming and pandeiro, Brazilian street party in two
 hundreds of drummers with whistles, feathers and glitter
 football fans dancing in Brazil, agogo bells, sun
 friends around a table in a Rio backyard, nylon guitar, cavaquinho, shakers, sweet and nostalgic
tango:
 bandoneon, staccato strings and piano, dramatic Buenos Aires
 a couple dancing cheek to cheek in Argentina, sharp accents, passion
 dark sensual violin and squeezebox with sudden stops
 1940s Argentine dance orchestra, hammering piano chords, no drums
 rose between the teeth, jealous and proud, violin sobbing over clipped chords
afrobeat:
 Fela Kuti, Lagos 1975, interlocking guitars and horns, endless groove
 long hypnotic Nigerian jam with baritone sax riffs, shekere and electric organ
 West African dance with call-and-response horns and busy syncopated drumming
 layers of percussion, two muted guitars weaving, political and proud
 kora and balafon over a driving electric bass and horns, 110 bpm
cumbia:
 Colombian dance with scraping guiro and accordion, easy swaying
 Peruvian guitar with wah, cheap organ, shuffling scraper
 quinceañera party, accordion melody, bass going tum tum-tum, 95 bpm
 tropical backyard barbecue, scraper percussion, clarinet and trombone, cheesy in a good way
 Barranquilla street festival, flutes and hand drums, lazy hips
classical piano:
 Mozart-like sonata for one player, light and graceful, broken chords in the left hand
 Haydn or Clementi on a grand, clean scales, polite and witty
 Vienna 1785, solo keyboard, crisp trills, balanced phrases
 elegant tinkling ivories for a tour of a rococo palace, no other instruments
 a student's recital: tidy little sonatina for keyboard, cheerful
romantic piano:
 Chopin on a rainy night, alone at the keys
 stormy arpeggios on a concert grand, passionate, like Liszt
 slow expressive solo on a Steinway, lots of pedal, the time stretches, tears
 Schumann at home by candlelight, wistful, only one instrument
 rippling left hand under a singing melody, Paris salon of the 1840s
string quartet:
 two violins, viola and cello in a small hall
 Haydn or Beethoven chamber music, four bowed players in conversation
 wedding ceremony in a garden, violins and cello, no piano
 intimate and intense, just violin, viola and cello, like late Schubert
 four musicians in black in a half circle, bows flying, period drama
baroque:
 harpsichord and violins like Vivaldi, brisk
 fugue on a church organ, voices entering one after another
 recorders, oboe and continuo, busy interwoven lines, Leipzig
 1720s court with powdered wigs, trumpet and harpsichord, stately
 Bach or Handel suite, the cello keeps walking underneath, ornaments everywhere
waltz:
 one two three, one two three, Strauss in a Vienna ballroom
 oom-pah-pah strings, swirling gowns, elegant
 merry-go-round accordion in three, nostalgic
 new year's concert from Austria, lilting violins in 3/4
 couples spinning around the floor, triple time, sweeping melody
orchestral:
 symphony like Beethoven's, strings, woodwinds and horns
 Tchaikovsky ballet, oboe solo and then all the strings
 eighty players in a concert hall, noble theme in the French horns
 pastoral woodwinds and pizzicato, morning in the mountains, 19th century
 grand overture with timpani, brass and violins, conductor going wild
choral:
 voices only in a cathedral, Latin mass, long echo
 Renaissance motet for sopranos, altos, tenors and basses, no instruments
 angelic singers on ooh and aah, pure and slow
 evensong in an English chapel, four part harmony with soft organ
 solemn hymn for a funeral, many voices, no beat
march:
 brass band parade on the fourth of July, snare drums and Sousa
 soldiers striding past, piccolo and bass drum, left right left right
 football halftime show, trombones and cymbals, proud
 circus entrance with tuba oompah and trumpets in two
 military review, snare rolls and bugles, upright and triumphant, 120 steps a minute
orchestral cinematic:
 epic movie trailer with pounding taiko, low brass and choir
 ostinato strings building to a huge climax, superhero film
 the hero stands on the mountain, horns soar, enormous drums
 battle scene for a fantasy film, tremolo strings and trombones
 end credits of a modern blockbuster, solo cello and then swelling strings
chiptune:
 Game Boy bleeps, square channels, fast arpeggios, level one
 NES platformer, catchy beepy melody with a noise snare
 Commodore 64 sound, buzzy pulse leads, 150 bpm
 arcade cabinet from 1985, pixel hero jumping, no real instruments
 happy bleepy loop for an old handheld console
adventure game:
 Zelda overworld, flute and harp, exploring the meadow
 pirates on a tropical island, marimba, steel drums, playful mystery for a point-and-click
 quiet village in a fantasy RPG, ocarina and pizzicato
 the hero sets out on a quest, woodwinds and light strings, friendly and curious
 wandering a forest level, recorder over plucked strings, curious and calm
horror:
 something is in the basement, screeching strings and a creepy music box
 haunted mansion at midnight, dissonant clusters and long silences
 scary film suspense, low drone, sudden stabs
 Halloween dread, theremin and detuned piano, no beat
 nightmare, dissonant trembling strings, slow and deeply unsettling
ambient:
 Brian Eno in an airport, slowly drifting pads, no beat at all
 floating in space, endless reverb, soft drones
 foggy glacier, evolving textures, nothing happens, beautiful
 background drone for writing, airy synth clouds without rhythm or melody
 slow swells of guitar and piano in huge reverb, weightless
meditation:
 singing bowls and bamboo flute for yoga and deep breathing
 spa massage, soft sitar and chimes, no drums
 zen garden, koto plucks and long silences, inner peace
 healing drone with Tibetan bells to end a yoga class
 body scan, very slow harp over a warm hum, close your eyes and breathe
lullaby:
 music box for putting a baby to sleep
 nursery at night, celesta and harp, soft and tiny, in three
 a mother humming to her newborn, glockenspiel, gently swaying
 goodnight little one, kalimba and flute, hush
 sweet sleepy melody for a crib mobile, very quiet, no drums
minimalism:
 Philip Glass arpeggios, repeating and slowly changing
 Steve Reich marimbas drifting out of phase, pulsing eighth notes
 interlocking patterns on mallets and clarinets, no real melody, hypnotic, New York 1976
 documentary about a city at high speed, churning violins and piano cells that repeat and repeat
 two pianos with the same short figure over and over, slowly shifting, no drums
""")
