"""English names of countries and a few territories, as people type them; lower case. For suggestions only."""

COUNTRIES = frozenset(
    """
afghanistan|albania|algeria|andorra|angola|antarctica|argentina|armenia|australia|austria|azerbaijan|bahamas|bahrain
bangladesh|barbados|belarus|belgium|belize|benin|bhutan|bolivia|bosnia|bosnia and herzegovina|botswana|brazil|brunei
bulgaria|burkina faso|burma|burundi|cambodia|cameroon|canada|cape verde|chad|chile|china|colombia|comoros|congo
costa rica|croatia|cuba|cyprus|czech republic|czechia|denmark|djibouti|dominica|dominican republic|ecuador|egypt
el salvador|england|eritrea|estonia|eswatini|ethiopia|faroe islands|fiji|finland|france|french polynesia|gabon|gambia
georgia|germany|ghana|gibraltar|great britain|greece|greenland|grenada|guadeloupe|guatemala|guinea|guyana|haiti
holland|honduras|hong kong|hungary|iceland|india|indonesia|iran|iraq|ireland|israel|italy|ivory coast|jamaica|japan
jordan|kazakhstan|kenya|kiribati|kosovo|kuwait|kyrgyzstan|laos|latvia|lebanon|lesotho|liberia|libya|liechtenstein
lithuania|luxembourg|macau|madagascar|malawi|malaysia|maldives|mali|malta|martinique|mauritania|mauritius|mexico
micronesia|moldova|monaco|mongolia|montenegro|morocco|mozambique|myanmar|namibia|nepal|netherlands|new caledonia
new zealand|nicaragua|niger|nigeria|north korea|north macedonia|northern ireland|norway|oman|pakistan|palestine|panama
papua new guinea|paraguay|peru|philippines|poland|portugal|puerto rico|qatar|romania|russia|rwanda|samoa|san marino
saudi arabia|scotland|senegal|serbia|seychelles|sierra leone|singapore|slovakia|slovenia|solomon islands|somalia
south africa|south korea|south sudan|spain|sri lanka|sudan|suriname|sweden|switzerland|syria|taiwan|tajikistan
tanzania|thailand|togo|tonga|trinidad and tobago|tunisia|turkey|turkmenistan|uganda|uk|ukraine|united arab emirates
united kingdom|united states|uruguay|usa|uzbekistan|vanuatu|vatican|venezuela|vietnam|wales|yemen|zambia|zimbabwe
""".strip()
    .replace("\n", "|")
    .split("|")
)
