"""The words people use for music: tables of synonyms that captions draw from. All of it ours."""

from __future__ import annotations

# fmt: off
# What a style is called; the first is the plain name. Then what it is used for and where it is heard.
STYLES: dict[str, list[str]] = {
    "ambient": [
        "ambient", "ambient music", "atmospheric ambient", "ambient soundscape", "drifting ambient",
        "new age ambient", "ambient textures",
    ],
    "lo-fi hip hop": [
        "lo-fi hip hop", "lofi hip hop", "lo-fi beat", "lofi", "chillhop", "lo-fi hip-hop", "lofi study beat",
        "chill beat",
    ],
    "house": [
        "house", "house music", "club house", "electronic house", "dance house track", "house groove",
        "edm house",
    ],
    "deep house": [
        "deep house", "deep house music", "deep-house", "deep house groove", "lounge house",
        "late night house",
    ],
    "techno": [
        "techno", "techno music", "club techno", "warehouse techno", "minimal techno", "electronic techno",
        "tekno",
    ],
    "trance": [
        "trance", "trance music", "euro trance", "melodic trance", "club trance", "progressive trance",
    ],
    "drum and bass": [
        "drum and bass", "drum & bass", "drum n bass", "dnb", "d'n'b", "liquid drum and bass", "jungle",
    ],
    "dubstep": [
        "dubstep", "dubstep music", "half-time dubstep", "bass music", "electronic dubstep", "wobbly dubstep",
    ],
    "synthwave": [
        "synthwave", "synth wave", "retrowave", "outrun", "80s synth music", "retro synth music",
        "eighties style electronic",
    ],
    "trap": [
        "trap", "trap beat", "trap instrumental", "hip hop trap", "southern trap", "808 trap beat",
        "trap hip-hop",
    ],
    "rock": [
        "rock", "rock music", "guitar rock", "classic rock", "alternative rock", "rock and roll",
        "instrumental rock",
    ],
    "metal": [
        "metal", "heavy metal", "metal music", "hard and heavy metal", "thrash metal", "instrumental metal",
    ],
    "punk": ["punk", "punk rock", "punk tune", "garage punk", "skate punk", "punk music"],
    "blues": ["blues", "blues music", "blues tune", "bluesy music", "delta style blues", "blues jam"],
    "reggae": ["reggae", "reggae music", "roots reggae", "jamaican reggae", "reggae groove", "island reggae"],
    "funk": ["funk", "funk music", "funky groove", "70s funk", "jazz funk", "funk jam"],
    "disco": ["disco", "disco music", "70s disco", "disco funk", "dance floor disco", "disco dance music"],
    "soul": ["soul", "soul music", "motown style soul", "rnb soul", "r&b", "neo soul", "vintage soul"],
    "country folk": [
        "country folk", "country", "folk", "folk music", "country music", "americana", "country-folk",
    ],
    "jazz swing": [
        "jazz swing", "swing jazz", "swing", "swinging jazz", "jazz combo", "bebop jazz",
        "straight-ahead jazz", "jazz",
    ],
    "jazz ballad": [
        "jazz ballad", "mellow jazz ballad", "ballad jazz", "late night jazz", "lounge jazz",
        "smoky jazz ballad",
    ],
    "bossa nova": [
        "bossa nova", "bossanova", "bossa", "brazilian jazz", "latin jazz", "brazilian bossa nova",
        "latin lounge",
    ],
    "classical piano": [
        "classical piano", "classical piano music", "piano sonata style", "romantic era piano",
        "neoclassical piano", "classical piano solo",
    ],
    "romantic piano": [
        "romantic piano", "romantic piano music", "piano nocturne style", "romantic era piano", "expressive classical piano",
        "19th century piano",
    ],
    "string quartet": [
        "string quartet", "classical string quartet", "chamber music", "classical chamber strings",
        "quartet for strings", "chamber string music",
    ],
    "orchestral cinematic": [
        "orchestral cinematic", "cinematic orchestral", "film score", "movie soundtrack", "epic orchestral",
        "symphonic soundtrack", "cinematic", "film music", "trailer music",
    ],
    "baroque": [
        "baroque", "baroque music", "early music", "baroque chamber music", "18th century classical",
        "baroque counterpoint",
    ],
    "waltz": [
        "waltz", "viennese waltz", "ballroom waltz", "dance waltz", "classical waltz", "waltz music",
    ],
    "chiptune": [
        "chiptune", "8-bit", "8 bit music", "chip tune", "nes style music", "retro video game music",
        "8-bit game music",
    ],
    "adventure game": [
        "adventure game", "adventure game music", "video game soundtrack", "fantasy game music", "rpg music",
        "game soundtrack", "jrpg overworld music",
    ],
    "horror": [
        "horror", "horror music", "horror soundtrack", "scary movie music", "horror film score",
        "creepy soundtrack",
    ],
    "lullaby": [
        "lullaby", "baby lullaby", "cradle song", "bedtime music", "bedtime lullaby", "nursery music",
    ],
    "meditation": [
        "meditation", "meditation music", "healing music", "yoga music", "spa music", "zen music",
        "meditational music",
    ],
}

USES: dict[str, list[str]] = {
    "ambient": [
        "for sleeping", "for a nature documentary", "for deep focus", "to relax to", "for a space film",
    ],
    "lo-fi hip hop": [
        "for studying", "for homework", "to chill to", "for a rainy evening", "for a coffee shop",
    ],
    "house": ["for a club", "for dancing", "for a party", "for a workout", "for a DJ set"],
    "deep house": [
        "for a lounge", "for a beach bar", "for a late night drive", "for a fashion show", "for a DJ set",
    ],
    "techno": ["for a club", "for a rave", "for a warehouse party", "for running", "for a DJ set"],
    "trance": ["for a festival", "for a rave", "for dancing", "for a workout", "for a DJ set"],
    "drum and bass": [
        "for a racing game", "for a workout", "for a rave", "for an action scene", "for running",
    ],
    "dubstep": ["for a gaming montage", "for an action trailer", "for a festival", "for a workout"],
    "synthwave": ["for a night drive", "for a retro game", "for a neon city scene", "for an 80s film"],
    "trap": ["for a rapper", "for a street scene", "for a gym video", "for freestyle rap"],
    "rock": ["for a road trip", "for a sports video", "for a concert", "for a car commercial"],
    "metal": ["for a fight scene", "for a heavy workout", "for a mosh pit", "for a boss battle"],
    "punk": ["for skateboarding", "for a skate video", "for a garage show", "for a rebellious scene"],
    "blues": ["for a smoky bar", "for a road movie", "for a whiskey bar", "for a late evening"],
    "reggae": ["for the beach", "for a summer day", "for a beach party", "for holidays"],
    "funk": ["for a dance party", "for a heist scene", "for a cooking show", "for dancing"],
    "disco": ["for the dance floor", "for a roller rink", "for a party", "for a wedding dance"],
    "soul": ["for a romantic dinner", "for a slow evening", "for a love scene", "for a cafe"],
    "country folk": ["for a campfire", "for a road trip", "for a barn dance", "for a travel video"],
    "jazz swing": ["for a jazz club", "for a cocktail party", "for swing dancing", "for a noir comedy"],
    "jazz ballad": [
        "for a candlelight dinner", "for a late night bar", "for a love scene", "for a quiet lounge",
    ],
    "bossa nova": ["for a cafe", "for a hotel lobby", "for a beach evening", "for a restaurant"],
    "classical piano": [
        "for a quiet evening", "for reading", "for a period drama", "for studying", "for a recital",
    ],
    "romantic piano": ["for a love scene", "for a quiet evening", "for a recital", "for a period drama"],
    "string quartet": [
        "for a wedding ceremony", "for a period film", "for a gala dinner", "for a concert hall",
    ],
    "orchestral cinematic": [
        "for a movie trailer", "for an epic scene", "for a fantasy film", "for a battle scene",
    ],
    "baroque": ["for a palace scene", "for a church", "for a museum", "for a period drama"],
    "waltz": ["for a ball", "for ballroom dancing", "for a wedding dance", "for a fairy tale"],
    "chiptune": ["for a retro game", "for a platform game", "for a pixel art game", "for a game menu"],
    "adventure game": [
        "for exploring a fantasy world", "for a village in a game", "for a quest", "for an RPG",
    ],
    "horror": ["for a haunted house", "for a scary scene", "for a horror game", "for Halloween"],
    "lullaby": ["for a baby", "for bedtime", "for falling asleep", "for a nursery"],
    "meditation": ["for yoga", "for meditation", "for a massage", "for a spa", "for breathing exercises"],
}

MOODS: dict[str, list[str]] = {
    "calm": ["calm", "peaceful", "serene", "tranquil", "soothing", "relaxing"],
    "peaceful": ["peaceful", "calm", "serene", "gentle", "restful", "soothing"],
    "dreamy": ["dreamy", "dreamlike", "floating", "hazy", "ethereal"],
    "meditative": ["meditative", "contemplative", "calming", "zen-like", "spiritual"],
    "ethereal": ["ethereal", "airy", "otherworldly", "heavenly", "dreamy"],
    "spacious": ["spacious", "wide", "vast", "open", "airy"],
    "relaxed": ["relaxed", "laid-back", "chill", "easygoing", "relaxing", "mellow"],
    "nostalgic": ["nostalgic", "wistful", "sentimental", "bittersweet", "reminiscent"],
    "mellow": ["mellow", "soft", "smooth", "easygoing", "chilled"],
    "cozy": ["cozy", "cosy", "warm", "snug", "comforting"],
    "sleepy": ["sleepy", "drowsy", "lazy", "half-asleep", "slow and tired"],
    "uplifting": ["uplifting", "inspiring", "hopeful", "positive", "feel-good"],
    "groovy": ["groovy", "funky", "danceable", "grooving", "rhythmic"],
    "energetic": ["energetic", "lively", "high-energy", "spirited", "full of energy", "exciting"],
    "euphoric": ["euphoric", "ecstatic", "elated", "blissful", "hands-in-the-air"],
    "dark": ["dark", "gloomy", "sinister", "ominous", "brooding"],
    "hypnotic": ["hypnotic", "mesmerising", "trance-like", "repetitive", "trippy"],
    "driving": ["driving", "propulsive", "relentless", "pushing", "pulsating"],
    "industrial": ["industrial", "mechanical", "machine-like", "cold", "harsh"],
    "intense": ["intense", "forceful", "powerful", "fierce", "urgent"],
    "atmospheric": ["atmospheric", "moody", "immersive", "cinematic", "spacious"],
    "retro": ["retro", "vintage", "old-school", "throwback", "nostalgic"],
    "neon": ["neon", "neon-lit", "glowing", "cyberpunk", "futuristic"],
    "dramatic": ["dramatic", "theatrical", "tense", "emotional", "gripping"],
    "menacing": ["menacing", "threatening", "sinister", "ominous", "dangerous"],
    "moody": ["moody", "brooding", "pensive", "dark", "atmospheric"],
    "hard": ["hard", "tough", "hard-hitting", "aggressive", "punchy"],
    "anthemic": ["anthemic", "stadium-sized", "rousing", "triumphant", "big"],
    "gritty": ["gritty", "raw", "rough", "dirty", "earthy"],
    "confident": ["confident", "bold", "swaggering", "self-assured", "assertive"],
    "aggressive": ["aggressive", "angry", "fierce", "violent", "furious"],
    "heavy": ["heavy", "crushing", "massive", "weighty", "hard-hitting"],
    "brutal": ["brutal", "savage", "vicious", "punishing", "violent"],
    "raw": ["raw", "unpolished", "rough", "gritty", "direct"],
    "rebellious": ["rebellious", "defiant", "snotty", "wild", "youthful"],
    "soulful": ["soulful", "heartfelt", "emotional", "passionate", "deep"],
    "melancholic": ["melancholic", "sad", "melancholy", "sorrowful", "wistful", "mournful"],
    "sad": ["sad", "melancholic", "sorrowful", "mournful", "downcast", "tearful"],
    "laid-back": ["laid-back", "relaxed", "chilled", "easygoing", "laid back"],
    "sophisticated": ["sophisticated", "classy", "elegant", "refined", "stylish"],
    "smooth": ["smooth", "silky", "mellow", "polished", "velvety"],
    "lively": ["lively", "spirited", "animated", "vivacious", "upbeat"],
    "late-night": ["late-night", "after-hours", "nocturnal", "smoky", "midnight"],
    "warm": ["warm", "cosy", "tender", "glowing", "comforting"],
    "romantic": ["romantic", "loving", "tender", "intimate", "sentimental"],
    "breezy": ["breezy", "light", "easygoing", "airy", "carefree"],
    "sunny": ["sunny", "summery", "bright", "cheerful", "feel-good"],
    "chill": ["chill", "relaxed", "laid-back", "easygoing", "chilled out"],
    "happy": ["happy", "joyful", "cheerful", "upbeat", "merry", "feel-good"],
    "joyful": ["joyful", "happy", "cheerful", "jubilant", "merry"],
    "playful": ["playful", "fun", "cheeky", "mischievous", "whimsical"],
    "funky": ["funky", "groovy", "danceable", "sassy", "infectious"],
    "upbeat": ["upbeat", "cheerful", "happy", "bouncy", "positive"],
    "heartfelt": ["heartfelt", "sincere", "touching", "emotional", "tender"],
    "cheerful": ["cheerful", "happy", "merry", "joyful", "bright"],
    "rustic": ["rustic", "earthy", "homespun", "countryside", "down-home"],
    "elegant": ["elegant", "graceful", "refined", "classy", "poised"],
    "tender": ["tender", "gentle", "delicate", "affectionate", "soft"],
    "wistful": ["wistful", "longing", "nostalgic", "bittersweet", "pensive"],
    "graceful": ["graceful", "elegant", "flowing", "delicate", "poised"],
    "passionate": ["passionate", "fiery", "emotional", "ardent", "intense"],
    "refined": ["refined", "elegant", "polished", "cultured", "stately"],
    "intimate": ["intimate", "close", "personal", "tender", "quiet"],
    "stately": ["stately", "dignified", "noble", "majestic", "solemn"],
    "epic": ["epic", "grand", "larger than life", "monumental", "sweeping"],
    "heroic": ["heroic", "brave", "valiant", "triumphant", "noble"],
    "suspenseful": ["suspenseful", "tense", "nerve-racking", "ominous", "uneasy"],
    "tense": ["tense", "suspenseful", "nervous", "uneasy", "anxious"],
    "triumphant": ["triumphant", "victorious", "glorious", "heroic", "rousing"],
    "bouncy": ["bouncy", "bubbly", "playful", "springy", "upbeat"],
    "adventurous": ["adventurous", "daring", "exploring", "brave", "curious"],
    "mysterious": ["mysterious", "enigmatic", "mystical", "strange", "secretive"],
    "eerie": ["eerie", "creepy", "spooky", "unsettling", "haunting"],
    "scary": ["scary", "frightening", "creepy", "terrifying", "spooky"],
    "gentle": ["gentle", "soft", "tender", "delicate", "soothing"],
    "majestic": ["majestic", "grand", "noble", "regal", "stately"],
    "magical": ["magical", "enchanting", "fairy-tale", "wondrous", "mystical"],
    "hopeful": ["hopeful", "optimistic", "uplifting", "bright", "encouraging"],
    "sensual": ["sensual", "seductive", "sultry", "intimate", "steamy"],
    "whimsical": ["whimsical", "quirky", "playful", "fanciful", "funny"],
    "lonely": ["lonely", "lonesome", "desolate", "isolated", "forlorn"],
    "ominous": ["ominous", "foreboding", "sinister", "threatening", "dark"],
    "sombre": ["sombre", "somber", "mournful", "grave", "heavy-hearted"],
    "solemn": ["solemn", "serious", "grave", "reverent", "ceremonial"],
    "festive": ["festive", "celebratory", "joyous", "jubilant", "merry"],
}

# Spoken instrument name -> other names for the same sound.
INSTRUMENTS: dict[str, list[str]] = {
    "piano": ["piano", "acoustic piano", "grand piano", "piano"],
    "honky-tonk piano": ["honky-tonk piano", "saloon piano", "detuned upright piano"],
    "electric piano": ["electric piano", "rhodes", "e-piano", "rhodes piano"],
    "harpsichord": ["harpsichord", "cembalo"],
    "clavinet": ["clavinet", "funky clavinet", "clav"],
    "celesta": ["celesta", "celeste"],
    "glockenspiel": ["glockenspiel", "bells"],
    "music box": ["music box", "tinkling music box"],
    "vibraphone": ["vibraphone", "vibes"],
    "marimba": ["marimba", "wooden marimba"],
    "tubular bells": ["tubular bells", "church bells", "chimes"],
    "kalimba": ["kalimba", "thumb piano", "mbira"],
    "organ": ["organ", "hammond organ", "electric organ"],
    "house organ": ["house organ", "organ stabs", "club organ"],
    "rock organ": ["rock organ", "distorted organ", "hammond organ"],
    "pipe organ": ["pipe organ", "church organ"],
    "accordion": ["accordion", "squeezebox"],
    "harmonica": ["harmonica", "blues harp", "mouth organ"],
    "nylon string guitar": ["nylon string guitar", "classical guitar", "spanish guitar", "acoustic guitar"],
    "acoustic guitar": ["acoustic guitar", "steel string guitar", "strummed acoustic guitar", "guitar"],
    "jazz guitar": ["jazz guitar", "mellow electric guitar", "hollow body guitar"],
    "clean electric guitar": ["clean electric guitar", "clean guitar", "electric guitar"],
    "muted electric guitar": ["muted electric guitar", "palm-muted guitar", "muted guitar"],
    "overdriven electric guitar": [
        "overdriven electric guitar", "overdriven guitar", "crunchy guitar", "electric guitar",
    ],
    "distorted electric guitar": [
        "distorted electric guitar", "distorted guitar", "distortion guitar", "heavy guitar", "e-guitar",
    ],
    "banjo": ["banjo", "plucked banjo"],
    "harp": ["harp", "concert harp"],
    "upright bass": ["upright bass", "double bass", "acoustic bass", "standup bass"],
    "electric bass": ["electric bass", "bass guitar", "e-bass", "bass"],
    "picked electric bass": ["picked electric bass", "picked bass", "bass guitar"],
    "fretless bass": ["fretless bass", "fretless bass guitar"],
    "slap bass": ["slap bass", "slapped bass guitar", "funky slap bass"],
    "synth bass": ["synth bass", "synthesizer bass", "bass synth", "electronic bass"],
    "analog synth bass": ["analog synth bass", "synth bass", "analogue bass", "fat synth bass"],
    "sub bass": ["sub bass", "deep bass", "sub-bass", "deep sub"],
    "reese bass": ["reese bass", "growling bass", "detuned synth bass"],
    "808 bass": ["808 bass", "808s", "booming 808", "deep 808 bass"],
    "triangle wave bass": ["triangle wave bass", "chip bass", "8-bit bass"],
    "cello": ["cello", "violoncello"],
    "double bass": ["double bass", "contrabass"],
    "tremolo strings": ["tremolo strings", "trembling strings", "shivering strings"],
    "pizzicato strings": ["pizzicato strings", "plucked strings", "pizzicato"],
    "string section": ["string section", "strings", "orchestral strings", "violins"],
    "synth strings": ["synth strings", "string machine", "synthetic strings"],
    "fiddle": ["fiddle", "violin", "country fiddle"],
    "choir": ["choir", "wordless choir", "choral voices"],
    "synth voice": ["synth voice", "synthetic voice", "vocal synth"],
    "synth choir": ["synth choir", "choir pad", "synthetic choir"],
    "trombone": ["trombone", "slide trombone"],
    "muted trumpet": ["muted trumpet", "trumpet with a mute", "harmon-muted trumpet"],
    "french horns": ["french horns", "horns", "horn section"],
    "brass section": ["brass section", "brass", "horns", "brass stabs"],
    "alto saxophone": ["alto saxophone", "alto sax", "saxophone", "sax"],
    "tenor saxophone": ["tenor saxophone", "tenor sax", "saxophone", "sax"],
    "pan flute": ["pan flute", "panpipes", "pan pipes"],
    "warm synth pad": ["warm synth pad", "synth pad", "warm pad", "soft synth pads"],
    "dark synth pad": ["dark synth pad", "dark pad", "brooding synth pad", "synth pad"],
    "glassy synth pad": ["glassy synth pad", "glass pad", "crystalline pad", "synth pad"],
    "sweeping synth pad": ["sweeping synth pad", "sweeping pad", "synth pad", "evolving pad"],
    "bowed glass pad": ["bowed glass pad", "glass pad", "shimmering pad"],
    "supersaw synth": ["supersaw synth", "supersaw", "supersaw chords", "big detuned synth"],
    "saw lead synth": ["saw lead synth", "saw lead", "synth lead", "lead synth"],
    "square wave lead": ["square wave lead", "square lead", "8-bit lead", "synth lead"],
    "pulse wave lead": ["pulse wave lead", "pulse lead", "8-bit lead", "synth lead"],
    "thin pulse arpeggio": ["thin pulse arpeggio", "chip arpeggio", "8-bit arpeggio"],
    "plucked synth": ["plucked synth", "synth pluck", "synth plucks"],
    "bell synth": ["bell synth", "synth bells", "bell-like synth", "bells"],
    "metallic synth stabs": ["metallic synth stabs", "fm stabs", "metallic stabs", "synth stabs"],
    "acid synth": ["acid synth", "303 acid line", "acid bassline", "squelchy acid synth"],
}

NO_DRUMS = ["no drums", "without drums", "no percussion", "drumless", "no beat"]
INSTRUMENTAL = ["instrumental", "no vocals", "no voices", "no singer", "without vocals"]
MINOR_MODES = {"minor", "aeolian", "harmonic minor", "melodic minor", "natural minor", "dorian", "phrygian"}
MAJOR_MODES = {"major", "ionian", "lydian", "mixolydian"}

# Upper bounds in beats per minute -> words; the last entry has no bound.
TEMPI: list[tuple[float, list[str]]] = [
    (66, ["very slow", "slow", "slow tempo", "slow-moving"]),
    (84, ["slow", "slow tempo", "slow-paced", "unhurried"]),
    (104, ["medium tempo", "moderate tempo", "moderately paced", "mid-tempo"]),
    (124, ["mid-tempo", "medium fast", "moderately fast", "steady-paced"]),
    (152, ["fast", "fast tempo", "uptempo", "fast-paced"]),
    (float("inf"), ["very fast", "fast", "fast tempo", "rapid", "high-speed"]),
]

DENSITY: list[tuple[float, list[str]]] = [
    (0.3, ["sparse", "minimal", "simple", "with lots of space"]),
    (0.75, []),
    (float("inf"), ["busy", "dense", "full of notes", "richly layered"]),
]

DYNAMICS: list[tuple[float, list[str]]] = [
    (0.35, ["soft", "quiet", "gentle", "delicate"]),
    (0.75, []),
    (float("inf"), ["powerful", "loud", "strong", "forceful"]),
]

ERAS: dict[str, list[str]] = {
    "40s": ["1940s", "40s", "forties"],
    "50s": ["1950s", "50s", "fifties"],
    "60s": ["1960s", "60s", "sixties"],
    "70s": ["1970s", "70s", "seventies"],
    "80s": ["1980s", "80s", "eighties"],
    "90s": ["1990s", "90s", "nineties"],
    "modern": ["modern", "contemporary", "present-day"],
    "baroque": ["baroque era", "baroque period"],
    "classical": ["classical era", "classical period"],
    "romantic": ["romantic era", "romantic period", "19th century"],
}

NOUNS = ["piece", "track", "music", "instrumental", "tune", "composition", "song"]
