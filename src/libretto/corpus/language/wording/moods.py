"""How a mood is put into words. Ours; no wording is the name of a mood of another family, so that words part what the music parts."""

from __future__ import annotations

from libretto.corpus.language.wording.table import rows

MOODS: dict[str, tuple[str, ...]] = rows("""
calm: calm, tranquil, serene, soothing, relaxing, unhurried, still, calming, placid, easy on the nerves
peaceful: peaceful, serene, restful, soothing, tranquil, at peace, pastoral, untroubled, harmonious
meditative: meditative, contemplative, calming, zen-like, inward, reflective, centering, introspective, still
relaxed: relaxed, chill, easygoing, relaxing, at ease, unhurried, chilled, loose, casual, chilled-out
mellow: mellow, smooth, easygoing, chilled, mild, easy-going, velvety, low-key, softly glowing
sleepy: sleepy, drowsy, lazy, half-asleep, slumbering, sedate, dozy, soporific, bedtime-ready
gentle: gentle, kind, mild, soothing, light-handed, caressing, easy, comforting, delicate
laid-back: laid-back, laid back, chilled, easygoing, easy-going, lazy, chill, unhurried, slouchy, no-rush
dreamy: dreamy, dreamlike, floating, hazy, otherworldly, drifting, daydreaming, gauzy, half-awake
spacious: spacious, wide, vast, open, airy, expansive, wide-open, roomy, cavernous
ethereal: ethereal, airy, otherworldly, heavenly, celestial, weightless, angelic, floating, misty
nostalgic: nostalgic, sentimental, bittersweet, backward-looking, full of memories, misty-eyed, longing, yearning, homesick
hypnotic: hypnotic, mesmerising, trance-like, trippy, entrancing, spellbinding, mesmerizing, swirling, mind-bending
romantic: romantic, loving, amorous, intimate, sentimental, candlelit, lovestruck, affectionate, sweet
tender: tender, affectionate, loving, intimate, delicate, caring, sweet, fond, vulnerable
warm: warm, cosy, cozy, glowing, comforting, inviting, fireside, warm-hearted, welcoming
heartfelt: heartfelt, sincere, touching, emotional, moving, earnest, heart-touching, from the heart, genuine
elegant: elegant, refined, classy, poised, tasteful, polished, stylish, chic, suave
graceful: graceful, flowing, poised, refined, fluid, lilting, dainty, delicate, swan-like
soulful: soulful, emotional, deeply felt, full of soul, sensual, expressive, deep, aching, bluesy-hearted
passionate: passionate, fiery, ardent, emotional, yearning, burning, full of feeling, fervent, lovesick
sophisticated: sophisticated, classy, refined, stylish, urbane, cultured, polished, suave, high-class
sad: sad, sorrowful, mournful, downcast, tearful, unhappy, heartbroken, grieving, blue
melancholic: melancholic, melancholy, sorrowful, pensive, mournful, sad-sounding, downhearted, regretful, forlorn
wistful: wistful, longing, pensive, bittersweet, yearning, rueful, regretful, plaintive, autumnal
lonely: lonely, lonesome, isolated, forlorn, desolate, solitary, abandoned, left-behind, empty-hearted
sombre: sombre, somber, grave, solemn, mournful, funereal, sober, heavy-hearted, doleful
dark: dark, gloomy, sinister, brooding, shadowy, bleak, murky, grim, pitch-black
ominous: ominous, sinister, foreboding, threatening, doom-laden, portentous, looming, unsettling, baleful
mysterious: mysterious, enigmatic, cryptic, secretive, shadowy, puzzling, uncanny, veiled, full of secrets
eerie: eerie, creepy, spooky, haunting, ghostly, uncanny, chilling, unsettling, spine-chilling
moody: moody, brooding, shadowy, noir-ish, broody, murky, overcast, smouldering, grey-skied
menacing: menacing, threatening, sinister, dangerous, villainous, predatory, hostile, evil, looming
tense: tense, suspenseful, nervous, uneasy, anxious, edgy, on edge, nail-biting, full of suspense
aggressive: aggressive, angry, furious, violent, hostile-sounding, ferocious, raging, in-your-face, hard-hitting
heavy: heavy, crushing, massive, weighty, hard-hitting, pounding, hefty, bone-crushing, brutal
intense: intense, forceful, fierce, urgent, full-on, feverish, relentless, extreme, all-out
gritty: gritty, raw, rough, dirty, grimy, rugged, unpolished, rough-edged, grungy
rebellious: rebellious, defiant, snotty, wild, anarchic, unruly, bratty, devil-may-care, sneering
epic: epic, grand, larger than life, monumental, grandiose, sweeping, towering, larger-than-life, blockbuster-sized
heroic: heroic, brave, valiant, noble, courageous, gallant, fearless, hero's-journey
triumphant: triumphant, victorious, glorious, rousing, jubilant, proud, exultant, winning, conquering
dramatic: dramatic, theatrical, gripping, stirring, operatic, high-stakes, full of drama, impassioned, momentous
adventurous: adventurous, daring, swashbuckling, questing, exploratory, wide-eyed, full of wonder, bold, wandering
stately: stately, dignified, noble, majestic, regal, ceremonial, royal, pompous, lofty
playful: playful, fun, mischievous, whimsical, humorous, childlike, teasing, comical, frolicsome
bouncy: bouncy, springy, skipping, bouncing, hopping, perky, toe-tapping, rubbery, jaunty
cheeky: cheeky, mischievous, sassy, impish, saucy, tongue-in-cheek, naughty, winking, roguish
quirky: quirky, odd, offbeat in mood, whimsical, eccentric, zany, wacky, oddball, goofy
happy: happy, merry, feel-good, glad, smiling, good-humoured, delighted, in good spirits, happy-go-lucky
cheerful: cheerful, merry, bright, cheery, jolly, good-natured, light-hearted, sunny-side-up, chirpy
joyful: joyful, jubilant, merry, joyous, overjoyed, blissful, full of joy, celebratory, festive
uplifting: uplifting, inspiring, hopeful, positive, feel-good, encouraging, optimistic, elevating, motivational
upbeat: upbeat, positive, perky, peppy, feel-good, buoyant, bright, breezy, optimistic
sunny: sunny, summery, bright, feel-good, sunlit, carefree, sun-drenched, beachy, sunshiny
lively: lively, spirited, animated, vivacious, vibrant, zestful, sprightly, full of life, bubbly
confident: confident, bold, swaggering, self-assured, assertive, proud, strutting, cocksure, sure of itself
energetic: energetic, high-energy, full of energy, exciting, vigorous, adrenaline-filled, pumping, dynamic, hyped
driving: driving, propulsive, relentless, pushing, pulsating, unstoppable, full-throttle, forward-moving, charging
euphoric: euphoric, ecstatic, elated, blissful, hands-in-the-air, rapturous, exhilarating, soaring, on cloud nine
groovy: groovy, danceable, grooving, rhythmic, head-nodding, infectious, swaying, in the pocket, hip-shaking
funky: funky, danceable, sassy, infectious, strutting, hip, greasy, syncopated, stank-faced
majestic: majestic, regal, noble, grand, dignified, kingly, imposing, royal, lofty
agitated: agitated, restless, anxious, troubled, turbulent, unsettled, stormy, nervous, churning
mournful: mournful, sorrowful, grieving, lamenting, doleful, funereal, plaintive, tearful, woeful
expressive: expressive, emotional, full of feeling, eloquent, heartfelt, emotive, stirring, moving, speaking
lyrical: lyrical, singing, songful, cantabile, poetic, flowing, melodious, tuneful, long-breathed
solemn: solemn, grave, serious, reverent, dignified, sober, prayerful, hushed and serious, ceremonious
spirited: spirited, vigorous, animated, zestful, brisk-spirited, full of life, fiery, plucky, eager
""")

# A thing one feels, for "a sense of ...", by family.
FEELINGS: dict[str, tuple[str, ...]] = rows("""
calm: calm, peace, stillness, rest, ease, quiet contentment, inner peace, comfort
dreamy: floating, weightlessness, wonder, drifting, distance, reverie, endless space, a daydream
romantic: tenderness, warmth, love, affection, intimacy, devotion, closeness, longing for someone
sad: sadness, loss, grief, longing, sorrow, heartache, melancholy, regret
dark: dread, unease, danger, suspense, foreboding, fear, mystery, something lurking
fierce: anger, raw power, fury, aggression, fire, defiance, rage, brute force
epic: grandeur, heroism, awe, greatness, destiny, triumph, scale, pride
playful: mischief, fun, play, whimsy, humour, good-natured nonsense, lightness, childlike fun
happy: joy, happiness, sunshine, good cheer, optimism, delight, celebration, gladness
energetic: energy, drive, motion, excitement, momentum, adrenaline, urgency, release
""")
# What a listener may do or see, after "it makes me ..." or "it makes you want to ...", by family.
URGES: dict[str, tuple[str, ...]] = rows("""
calm: breathe out, unwind, close your eyes, switch off, sink into the sofa, slow down inside, let go, rest
dreamy: stare out of a window, drift away, daydream, get lost, float off, look at the stars, forget the time, wander off in thought
romantic: hold someone close, call someone you love, light a candle, take someone's hand, write a love letter, sway with someone,
 fall in love, remember a first kiss
sad: cry a little, be alone for a while, look at old photographs, sit in the dark, walk in the rain, miss someone, sigh,
 stare at the ceiling
dark: look over your shoulder, leave the lights on, hold your breath, lock the door, hide, watch your step, turn around, stay on guard
fierce: smash something, punch the air, break the rules, bang your head, clench your fists, start a riot, kick down a door,
 go to war
epic: climb a mountain, save the world, stand up straight, raise a flag, charge into battle, set sail, follow a hero, cheer for the hero
playful: giggle, skip down the street, pull a prank, hop around, chase a puppy, make faces, play hide and seek, tiptoe about
happy: smile, whistle along, hug someone, clap along, go outside, throw a party, grin, sing in the shower
energetic: move, get up and dance, run faster, jump, go all out, nod your head, hit the gym, move your feet
""")
