"""Where music is at home. Ours; a place without a row is named as it stands."""

from __future__ import annotations

from libretto.corpus.language.wording.table import rows

# Adjectives of a place.
PLACES: dict[str, tuple[str, ...]] = rows("""
Brazil: Brazilian, Brazilian-style, Brazilian-flavoured
Cuba: Cuban, Cuban-style, Cuban-flavoured, Afro-Cuban
Jamaica: Jamaican, Jamaican-style, Caribbean
Argentina: Argentinian, Argentine, Argentinian-style
Colombia: Colombian, Colombian-style, South American
Nigeria: Nigerian, West African, Nigerian-style, African
West Africa: West African, African, West African-style
Africa: African, African-style
Ghana: Ghanaian, West African, African
Mexico: Mexican, Mexican-style
Spain: Spanish, Spanish-style, Iberian
Portugal: Portuguese, Portuguese-style
France: French, French-style, Gallic
Paris: Parisian, French, Parisian-style
Italy: Italian, Italian-style
Germany: German, German-style
Austria: Austrian, Austrian-style
Vienna: Viennese, Austrian, Viennese-style
England: English, British, English-style
Britain: British, British-style, UK
United Kingdom: British, British-style, UK
UK: British, British-style, UK
London: London, London-style, British
Ireland: Irish, Irish-style, Celtic
Scotland: Scottish, Scottish-style, Celtic
United States: American, American-style
USA: American, American-style
America: American, American-style
New York: New York, New York-style, American
New Orleans: New Orleans, New Orleans-style, American
Chicago: Chicago, Chicago-style, American
Detroit: Detroit, Detroit-style, American
Nashville: Nashville, Nashville-style, American
California: Californian, Californian-style, West Coast
Mississippi: Mississippi, Southern, American
Puerto Rico: Puerto Rican, Caribbean, Puerto Rican-style
Trinidad: Trinidadian, Caribbean, Trinidadian-style
Japan: Japanese, Japanese-style
China: Chinese, Chinese-style
India: Indian, Indian-style
Russia: Russian, Russian-style
Poland: Polish, Polish-style
Norway: Norwegian, Scandinavian
Hawaii: Hawaiian, Hawaiian-style
""")
# Remarks about any place.
FROM = ("from {}", "the way they play it in {}", "with a taste of {}", "reminiscent of {}", "with roots in {}", "that takes you to {}",
    "as heard in {}", "at home in {}")
