# Invented answers in the form of Team Cymru's AS names. See README.
$SOA 3600 cymru.example hostmaster.cymru.example 2026112202 3600 3600 86400 120
AS64496 TXT "64496 | DE | ripencc | 2024-03-01 | NIMBUS Nimbus Cloud, DE"
AS64497 TXT "64497 | NL | ripencc | 2019-05-06 | HARBOR-NET Harbor Net, NL"
AS64498 TXT "64498 | BE | ripencc | 2024-03-01 | TIDELINE Tideline Books, BE"
AS64499 TXT "64499 | FR | ripencc | 2011-11-11 | PEAR Pear, Plum, Quince and Sons, Ltd., Purveyors of Orchard-Grown Colocation, Cider and Transit, FR"
AS64500 TXT "64500 |  | other |  | "
AS64501 TXT "64501 | ZZ | arin | 2026-01-01 | EVIL, ZZ"
AS64502 TXT "64502 | GB | ripencc | 1998-01-01 | MUSEUM-NET Museum of Nets, GB"
AS64503 TXT "64503 | US | arin | 2009-08-07 | QUARRY Quarry Hosting, US"
AS64504 TXT "64504 | US | arin | 2009-08-07 | GRANITE Granite Networks, US"
AS64505 TXT "64505 | IE | ripencc | 2015-02-03 | MEADOW Meadow Mail, IE"
