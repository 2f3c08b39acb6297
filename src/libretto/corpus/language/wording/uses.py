"""What music of a style is for, and where one hears it. Ours.

Before the semicolon what follows "for" ("studying"), after it what follows "could be playing" ("at a rave").
"""

from __future__ import annotations

from libretto.corpus.language.wording.table import two_rows

USES: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = two_rows("""
ambient: falling asleep, deep focus, a nature documentary, stargazing, a planetarium show, writing late at night; in a space film,
 in an art installation, in the background while reading, over shots of a landscape
lo-fi hip hop: studying, homework, a rainy evening, reading, late-night coding, a study playlist; in a coffee shop,
 on a livestream, in a student's room, in the background of a vlog
house: dancing, a party, a workout, a DJ set, a rooftop party, warming up a dancefloor; in a club, at a house party, on a club radio
 show, at a fashion store
deep house: a late-night drive, a fashion show, a DJ set, a sunset, unwinding after work; at a beach bar, in a hotel lounge,
 in a cocktail bar, at an after-party, on a rooftop
techno: a rave, running, a DJ set, dancing all night, a warehouse party, an underground party; in a club, in a basement,
 at a rave, in a scene set in a nightclub
trance: a festival, a rave, dancing, a workout, a DJ set, a light show; on a main stage, at a festival, in a club, at a rave
drum and bass: a racing game, a workout, running, an action scene, snowboarding clips; at a rave, in a car chase, in a video game,
 in a club, in a sports montage
dubstep: a gaming montage, an action trailer, a workout, a fight scene, a stunt video; at a festival, in a video game trailer,
 in a club, during a dance battle
synthwave: a night drive, a retro game, a neon city scene, cruising along the coast, coding at night; in a science fiction film,
 in a racing game, in an arcade, over the credits of a thriller
trap: a rapper, freestyling, a gym video, a street scene, a sneaker commercial, basketball highlights; in a parked car,
 in a rap battle, in a club, in a city drama
breakbeat: breakdancing, a racing game, a workout, a skate video, a DJ set, a heist scene; at a b-boy battle, in a club, at a rave,
 in an action film
downtempo: unwinding, a lounge, a late breakfast, a travel video, a late dinner; in a chill-out room, in a bar after midnight,
 in a hotel lobby, in a design shop, on a terrace
IDM: headphone listening, an art film, coding, a science documentary, a tech commercial; in a gallery, in an abstract animation,
 in a puzzle game, at an experimental night
rock: a road trip, a sports video, a car commercial, a concert, jamming along, a workout; on the radio, in a bar, in a stadium,
 in a coming-of-age film
indie rock: a road trip, a skate video, a summer playlist, a student film, a walk through town; in a small venue, on college radio,
 in a coming-of-age film, at an indie festival
metal: a fight scene, a workout, a mosh pit, a boss battle, headbanging, lifting weights; at a metal festival, in a video game,
 in a car chase, on a late-night rock show
punk: skateboarding, a skate video, a house show, a riot scene, jumping around; in a garage, in a basement club, at a squat party,
 in a teen movie, at a skate park
blues: a road movie, a whiskey bar, a long Sunday, a late evening, a backyard cookout; in a bar, at a juke joint,
 in a Southern drama, at a roadside diner
country: a road trip, a barn dance, a rodeo, a truck commercial, line dancing, a barbecue; on a country station, in a saloon,
 in a western, at a county fair
folk: a campfire, a hike, a travel video, a farmers' market, an early morning, a storytelling podcast; at a folk festival, in a pub,
 around a fire, in an indie film
soul: an evening in, cooking dinner, a love scene, a Sunday morning, a dinner party; in a cafe, on an old record player,
 in a barbershop, in a romantic comedy, at a small club
funk: a dance party, a heist scene, a cooking show, dancing, a roller disco, a sneaker advert; at a block party, in a cop comedy,
 in a barbershop, at a house party
disco: the dance floor, a roller rink, a party, a wedding dance, getting ready to go out, a glittery commercial; in a nightclub,
 at a wedding, at a costume party, under a mirror ball
gospel: a Sunday service, a worship session, a celebration, a church scene, a baptism; in church, at a revival meeting,
 at a community gathering, in a Southern drama, at a choir night
reggae: the beach, a summer day, holidays, a barbecue, a surf trip, doing nothing at all; at a beach party, at a beach bar,
 in a hammock, at a street festival
ska: skanking, a street party, a scooter ride, a summer festival, a cartoon chase; in a dance hall, at a festival, in a pub,
 in a British comedy, in a small club
surf rock: the beach, a surf film, a spy spoof, a road trip along the coast, a car chase; at a beach party, in a diner,
 in a cult movie, in a drive-in, in a surf shop
jazz swing: a cocktail party, swing dancing, a dinner party, a black-and-white comedy, a wedding reception; in a jazz club,
 in a hotel bar, at a speakeasy, in an old movie
big band: swing dancing, a gala, a ballroom, an awards show, a variety show, New Year's Eve; in a dance hall, in an old Hollywood film,
 at a gala dinner, on a cruise ship
jazz ballad: a candlelight dinner, a love scene, a nightcap, a last dance, a rainy night; in a late-night bar, in a small lounge,
 in a detective film, in a hotel bar, at a supper club
bossa nova: a long afternoon, brunch, a sunset drink, a holiday video, a dinner for two; in a cafe, in a hotel lobby, in an elevator,
 in a restaurant, by the pool
bebop: a jam session, jazz lovers, a chase through the city, a club scene, a beat poetry night; in a jazz club,
 in a basement bar, at a cutting contest, in a film about musicians
gypsy jazz: a picnic, a Paris scene, a bistro, a bicycle ride, a wine tasting, a street cafe; at a caravan camp, in a bistro,
 on a Paris street corner, in a French comedy
salsa: dancing, a dance class, a street party, a cooking video, a Latin night; in a dance club, at a salsa night, at a block party,
 in a Caribbean restaurant, at a summer festival
samba: carnival, dancing, a football broadcast, a street parade, a beach day, a travel show; at a carnival, in the streets of Rio,
 at a dance class, on a beach
tango: dancing, a tango class, a scene of seduction, a dance show, a figure skating routine; at a milonga, on a theatre stage,
 in a ballroom, in an old film
afrobeat: dancing, a street festival, a long drive, a block party, a travel documentary; at a festival, in a night market,
 at an open-air concert, in a dance class, in a Lagos club
cumbia: dancing, a street party, a family party, a cookout, a neighbourhood festival; at a wedding, in a dance hall,
 in a corner bar, at a quinceañera, on a village square
classical piano: an evening at home, reading, a period drama, studying, a recital, an exam piece; in a concert hall, in a drawing room,
 at a piano competition, in a museum
romantic piano: a love scene, an evening at home, a recital, a period drama, a letter-writing scene; in a salon, in a concert hall,
 in a costume drama, at an engagement dinner
string quartet: a wedding ceremony, a period film, a gala dinner, a garden party, a courtly scene; in a concert hall, in a chapel,
 at a reception, in a costume drama
orchestral: a concert, a historical drama, a nature film, an opening ceremony, a ballet; in a concert hall, on a classical station,
 in an old movie, at an open-air concert
baroque: a palace scene, a museum audio guide, a period drama, a banquet scene, focused work; in a church, at court, in a museum,
 in a film about kings and queens
choral: a church service, a candlelit ceremony, a memorial, a fantasy film, a Christmas concert; in a cathedral, in a chapel,
 at a funeral, in a monastery
waltz: a ball, ballroom dancing, a wedding dance, a fairy tale, ice skating, a carousel; at a ball, in a ballroom,
 at a New Year's concert, in a costume drama
march: a parade, a graduation, a military ceremony, a sports entrance, a war film; at a parade, on a parade ground,
 at a football game, in a history documentary
minimalism: focus, a time-lapse video, a documentary, an art film, a modern dance piece, coding; in a gallery, in a science programme,
 in a concert hall, over shots of traffic
orchestral cinematic: a movie trailer, a fantasy film, a battle scene, a game cutscene, a hero's entrance; in a blockbuster,
 in a film's opening titles, in a video game trailer, at the climax of a movie
horror: a haunted house, a scary scene, a horror game, Halloween, a ghost story podcast; in a horror movie, in a corridor scene,
 in an escape room, in a thriller
chiptune: a retro game, a platform game, a pixel art game, a game menu, a speedrun video; in an arcade, in a handheld game,
 on a title screen, at a demo party
adventure game: exploring a fantasy world, a village in a game, a quest, an RPG, a tabletop session, a map screen; in a fantasy game,
 in a tavern scene, in an animated adventure, at the start of a quest
lullaby: a baby, bedtime, falling asleep, a nursery, rocking a child, a restless toddler; in a nursery, on a baby monitor,
 in a mobile over a crib, at the end of a bedtime story
meditation: yoga, meditation, a massage, breathing exercises, a spa, mindfulness practice, winding down; in a spa, in a yoga studio,
 in a meditation app, at a retreat
country folk: a campfire, a road trip, a barn dance, a travel video, a farmers' market; on a porch, at a folk festival,
 in a small-town film, in a coffee house
""")
