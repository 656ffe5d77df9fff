# SPDX-License-Identifier: Apache-2.0
"""Verify a ledger of splitkit with nothing but a Python interpreter: python3 -I -S verify_ledger.py FILE [--head WORDS].

A second implementation of the chain of docs/format.md, section Ledger.  It does not judge the fields of the events.  Exit codes: 0
sound, or unvouched when no words were given; 2 usage; 3 no ledger; 8 fails; 9 a torn last line, and all before it sound.
"""

import hashlib
import json
import re
import sys
from datetime import date
from pathlib import Path
from typing import Any

KINDS = {"by": str, "d": dict, "ev": str, "prev": str, "saw": bool, "seq": int, "t": str, "wit": str}
FORM = "[0-9]{4}-[0-9]{2}-[0-9]{2}T([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]Z[0-9a-f]{64}"  # of the time and the hash before
VERDICTS = {
    "sound": (0, "every entry follows the one before, and the end equals the words on paper"),
    "unvouched": (0, "every entry follows the one before; without words from paper nothing vouches for the end"),
    "torn": (9, "the last line was never finished; the entries before it follow each other"),
    "extended": (8, "the words on paper are those of an earlier entry; this one and all after it were added later"),
    "truncated": (8, "the words on paper are not in this ledger, and it is not closed: entries at its end are missing"),
    "other": (8, "this is not the ledger of the paper: that of another ceremony, or rewritten"),
    "altered": (8, "this entry does not follow the one before: it, or what stood before it, was changed"),
    "unreadable": (3, "this is not a ledger, or an older or newer splitkit made it"),
}
WORDS = """
acadacidacneacquacroactiactradapadeqadjuadmiadoraduladvaadvoafraagaiagenagreaideaircairlairpajaralaralbualcoaliealivalphalrealtoalumalwaamazambiamouamusanalanatanceanciangeangranimanswanteanxiaparaquaarcaarenarguarmeartiartwaspeauctauguauntaveraviaavoiawarawayaxisaxlebeambearbeavbecobedrbehabeinbelibelobenebestbeyobikebiolbirtbishblacblanblesblimblinbluebodyboltboribornbothbounbracbranbravbreabriebrokbrotbrowbuckbudgbuilbulbbulgbumpbundburdburnbusybuyecagecalccamecampcanycapacapicaptcarbcardcarecargcarpcarvcatecausceilcentcerachamchancharchecchemcheschewchubcineciviclasclaycleaclieclimclinclocclogclosclotclubcluscoalcoascodicolucompcorncostcouncourcovecowbcradcrafcrazcredcriccrimcriscritcrowcruccruncruscryscubicultcuricurlcustcylidaisdamadancdarkdatadaugdeaddealdebrdebudecedecidecldecodecrdelidemadensdenydepadepedepidepldescdesedesideskdestdetadetedevidevodiagdictdietdiledimidinidipldisadiscdisedishdismdispdistdivedivodocudomadomedomidougdowndragdramdreadresdrifdrindrovdrugdryeduckdukeduradwardynaearlearteaseeasyechoecliecoledgeediteduceithelboeldeelecelegelemelepelevelitelseemaiemeremisempeemphemplemptendiendlendoenemenerenfoengaenjoenlaentrenveenvyepidepisequaequieraserodescaestaestievalevenevidevilevokexacexamexceexchexclexcuexecexerexhaexotexpaexpeexplexprexteextreyebfacifactfailfainfakefalsfamifamofancfangfantfatafatifavofawnfibefictfiltfinafindfingfirefirmfiscfishfitnflamflasflavfleaflexflipfloaflorfluffocuforbforcforeforgformfortforwfounfracfragfreqfresfriafridfriefrosfrotfrozfumefundfurlfusegalagamegarbgardgarlgasogathgenegenigenrgenugeolgestgladglanglasglenglimgoatgoldgradgrangrasgravgraygreagriegrilgringrocgrosgrougrowgrumguarguesguilguitgumshairhamshandhangharvhavehavohawkhazaheadhealhearheathelpheraherdhesihoboholiholyhomehormhosphourhugehumahumihunthusbhushhuskhybrideaidenidleimagimpaimplimprimpuinclincoincrindeindiinduinfainfoinheinjuinmainseinsiinstinteintiinvainvoirisislaisolitemivorjackjerkjewejoinjudijuicjumpjuncjunijunkjuryjustkernkeybkidnkindkitcknifknitladeladlladylairlamplanglarglaselaunlaws
leadleaflearleavlectlegalegelegslendlenglevelibelibrliceliftlikelilalilylipsliqulistlitelivilizaloanlobelocalosiloudloyalucklunalunclungluxulyinlyrimachmagamaidmailmainmakemakimamamanamandmansmanumaramarcmarkmarvmasomatemathmaximayomeanmedamedimembmemomentmercmerimethmetrmidsmildmilimineminimiramixemixtmobimodemodimoismomemornmortmothmounmousmovemuchmulemultmuscmusemusimustnailnatineckneganervnetwnewsnuclnumbnumenylooasiobesobjeobseobtaoceaofteolymomitoraloranorbiordeordiorgaouncovenoverownepacepacipackpaidpainpajapancpantpapapapeparcparkpartpatepatrpaympayrpeacpeanpeaspecapenapencpercperfpermpetiphanpharphotphraphyspickpictpiecpilepinkpipepistpitcplaiplanplasplatplaypleaplotplunpracpraypreapredpregprempreppresprevprieprimprioprisprivprizprobprocprofprogpromprosprovprunpublpulspumppunipunypupapurcpurppythquanquarquicquieraceraciradarailrainraisrandrankrapiraspreacrealreboreburecarecerecoregrregurejerelaremeremiremorendreparepereplrequrescreseresirespresuretaretrreunreverevirewarhymrhytrichrivariverobirockroma
romprostrounroyaruinrulerumosacksafasalasalosaltsatisatosavesaysscanscarscatscenschosciescouscrascrescriscroseafseassecrsecusegmsenishadshafshamshapsharshelshershorshoushrisidesilesilvsimisimpsingsistskinskunslapslavsledslicslimslowslussmarsmeasmelsmirsmitsmoksmugsnaksnapsnifsocisoftsoldsolusoulsourspacsparspeaspecspelspenspewspidspilspinspirspitsprasprisquasquestadstafstanstarstatstaysteastepsticstilstorstrastristylsubjsubmsugasuitsunlsupesurfsurpsurvsweaswimswinswitsymbsympsyndsysttacktacttadptaletasktasttaugtaxiteacteamteastemptenatendtenstermtesttextthanthattheatheotherthorthrethumthunticktidytimbtimetingtofutogetoletotatoxitractraftraitrantrastravtreatrentriatrictriptriutroutruetrustwictwintypetypiuglyultiumbruncoundeunfaunfounhauniounivunkiunknunusunwrupgrupstuserusheusuavalivaluvampvanivarivegavelvventverdveriveryvetevexevictvideviewvintviolviravisivisuvitavocavoicvoluvotevotiwalnwarmwarnwatcwavywealweapwebcwelcwelfwestwidtwildwindwinewirewisdwithwitswolfwomaworkwortwrapwriswritwrotyearyelpyielyogazero
""".replace("\n", "")  # the first four letters of the 1,024 words of SLIP-0039, which tell each from all others


def words(head: str) -> list[str]:
    """Return the first 120 bits of a hash as 12 words, ten bits a word, four letters of each."""
    return [WORDS[4 * (int(head[:30], 16) >> at & 1023) :][:4] for at in range(110, -1, -10)]


def entry(line: bytes) -> dict[str, Any]:
    """Return the entry that a line is, or nothing: it is written again, and there is only one way to write it."""
    try:  # int() refuses 1.0, 1e5 and NaN
        marks = re.sub(rb'"(\\.|[^"\\])*"|[^][{}]', b"", line[:4096])
        for _ in range(8):  # the innermost pairs go first: what is nested deeper than eight is left over
            marks = re.sub(rb"\[]|{}", b"", marks)
        one = json.loads("" if marks or len(line) > 4095 else line.decode("ascii"), parse_float=int, parse_constant=int)
        right = json.dumps(one, sort_keys=True, separators=(",", ":")).encode() == line
        right = right and {key: type(value) for key, value in one.items()} == KINDS
        return one if right and re.fullmatch(FORM, one["t"] + one["prev"]) and date.fromisoformat(one["t"][:10]) else {}
    except (ValueError, RecursionError, AttributeError):
        return {}


def judge(data: bytes, paper: list[str]) -> tuple[str, int, str]:
    """Return the verdict, the entry at which it fails (or how many there are), and the head."""
    *lines, unfinished = data.split(b"\n")
    read, ends, at = [entry(line) for line in lines], "", 0
    heads: list[str] = []
    repairs = {found["prev"]: place for place, found in enumerate(read) if found and found["ev"] == "torn"}
    while at < len(lines):
        mend = repairs.get(heads[-1], 0) if heads else 0
        torn = b"\n".join(lines[at:mend])
        named = {"bytes": len(torn), "sha256": hashlib.sha256(torn).hexdigest()}
        if at < mend and (read[mend]["d"] != named or any(entry(line.strip()) for line in lines[at:mend])):
            break
        at = max(at, mend)
        if not (found := read[at]) or found["seq"] != len(heads) + 1:
            break
        if found["prev"] != heads[-1] if heads else found["ev"] != "open":
            break
        heads.append(hashlib.sha256(b"splitkit/1 ledger\n" + lines[at]).hexdigest())
        at, ends = at + 1, ends if found["ev"] == "torn" else found["ev"]
    if not any(read) or len(lines) > 100_000 or (heads and type(v := read[0]["d"].get("format")) is int and v > 1):
        return "unreadable", 0, ""
    spaced = entry(unfinished.strip()) and not entry(unfinished)  # no crash leaves white space around an entry
    if not heads or spaced or any(line.rstrip().endswith(b"}") for line in lines[at:]):
        return "altered", len(heads) + 1, heads[-1] if heads else ""
    known, first = [words(head) for head in heads], read[0]["prev"]
    if paper and paper != known[-1]:
        if paper in known:
            return "extended", known.index(paper) + 2, heads[-1]
        younger = first != "0" * 64 and paper == words(first)
        return ("other", 0, heads[-1]) if younger or ends == "close" else ("truncated", len(heads) + 1, heads[-1])
    return "torn" if unfinished or lines[at:] else "sound" if paper else "unvouched", len(heads), heads[-1]


def main(arguments: list[str]) -> int:
    """Verify the file that was named, say what became of it, and return the exit code."""
    paper = [word.lower() for word in "".join(arguments[2:]).replace(",", " ").split() if word.upper() != "L"]
    listed = len(paper) == 12 and {word[:4] for word in paper} <= {WORDS[at : at + 4] for at in range(0, 4096, 4)}
    if len(arguments) != 1 and not (len(arguments) == 3 and arguments[1] == "--head" and listed):
        print("usage: verify_ledger.py FILE [--head WORDS], the 12 words headed L on the paper", file=sys.stderr)
        return 2
    try:
        with Path(arguments[0]).open("rb") as file:
            data = file.read(2**24 + 1)
        problem = "it is larger than 16 MiB" if len(data) > 2**24 else ""
    except OSError as error:
        problem = str(error.strerror)
    if problem:
        print(f"error: the file cannot be read: {problem}", file=sys.stderr)
        return 2
    verdict, number, head = judge(data, [word[:4] for word in paper])
    print(f"{verdict}: entry {number}: {VERDICTS[verdict][1]}", "head: " + " ".join(head and words(head)), sep="\n")
    return VERDICTS[verdict][0]


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
