//! Written forms: how one card number is spelled, in carriers with a key, with a word, and with neither.

use data_encoding::{BASE64, BASE64URL_NOPAD};

use crate::{
    cards::{Card, card, groups},
    chance::Chance,
    containers::gzip,
    corpus::{About, Corpus, Sheet},
};

/// A number as it is written.
type Write = fn(&str) -> String;

/// Forms that stand wherever a number could.
const SPELLED: &[(&str, Write)] = &[
    ("bare", |n| n.to_owned()),
    ("spaces", |n| groups(n, " ")),
    ("dashes", |n| groups(n, "-")),
    ("dots", |n| groups(n, ".")),
    ("underscores", |n| groups(n, "_")),
    ("slashes", |n| groups(n, "/")),
    ("plus", |n| groups(n, "+")),
    ("%20", |n| groups(n, "%20")),
    ("tabs", |n| groups(n, "\t")),
    ("no-break space", |n| groups(n, "\u{a0}")),
    ("thin space", |n| groups(n, "\u{2009}")),
    ("no-break hyphen", |n| groups(n, "\u{2011}")),
    ("en dash", |n| groups(n, "\u{2013}")),
    ("double space", |n| groups(n, "  ")),
    ("spaced dash", |n| groups(n, " - ")),
    ("each spaced", |n| each(n, |d| format!("{d} ")).trim_end().to_owned()),
    ("each dashed", |n| each(n, |d| format!("{d}-")).trim_end_matches('-').to_owned()),
    ("zero-width in groups", |n| groups(n, "\u{200b}")),
    ("zero-width in each", |n| each(n, |d| format!("{d}\u{200b}"))),
    ("soft hyphen", |n| groups(n, "\u{ad}")),
    ("word joiner", |n| groups(n, "\u{2060}")),
    ("full-width", |n| each(n, |d| other_digit(d, 0xff10))),
    ("arabic", |n| each(n, |d| other_digit(d, 0x660))),
    ("percent digits", |n| each(n, |d| format!("%{:02x}", d as u32))),
    ("\\u digits", |n| each(n, |d| format!("\\u{:04x}", d as u32))),
    ("\\x digits", |n| each(n, |d| format!("\\x{:02x}", d as u32))),
    ("html decimal", |n| each(n, |d| format!("&#{};", d as u32))),
    ("html hex", |n| each(n, |d| format!("&#x{:x};", d as u32))),
    ("html nbsp", |n| groups(n, "&nbsp;")),
    ("quoted-printable", |n| each(n, |d| format!("={:02X}", d as u32))),
    ("base64", |n| BASE64.encode(n.as_bytes())),
    ("base64 twice", |n| BASE64.encode(BASE64.encode(n.as_bytes()).as_bytes())),
    ("base64 of gzip", |n| BASE64.encode(&gzip(n.as_bytes()))),
    ("base64 of json", |n| BASE64.encode(format!(r#"{{"pan":"{n}"}}"#).as_bytes())),
    ("hex of ascii", |n| each(n, |d| format!("{:02x}", d as u32))),
    ("hex spaced", |n| each(n, |d| format!("{:02x} ", d as u32)).trim_end().to_owned()),
    ("zero-padded 19", |n| format!("{n:0>19}")),
    ("space-padded", |n| format!("{n:>22}")),
    ("colour", |n| format!("\u{1b}[31m{n}\u{1b}[0m")),
    ("glued to a word", |n| format!("PAN{n}")),
    (".0", |n| format!("{n}.0")),
    ("escaped line break", |n| format!("{}\\n{}", &n[..8], &n[8..])),
    ("excel", |n| format!("=\"{n}\"")),
    ("apostrophe", |n| format!("'{n}")),
    ("brackets", |n| format!("[{n}]")),
    ("markdown", |n| format!("**{n}**")),
    ("url path", |n| format!("https://pay.example/cards/{n}/charge")),
];

/// Forms that are a whole line, with what it holds.
const LINES: &[(&str, &str, Write)] = &[
    ("track 1", "track1.clear", |n| format!("swipe %B{n}^DOE/JANE^29042010000000000000?")),
    ("track 2 =", "track2.clear", |n| format!("swipe ;{n}=29042010000012345678?")),
    ("track 2 D", "track2.clear", |n| format!("track2={n}D29042010000012345F")),
    ("track 2 url", "track2.clear", |n| format!("track2=%3B{n}%3D29042010000012345678%3F")),
    ("emv 5A", "pan.clear", |n| format!("icc 9F1E0831323334353637385A{}5F24032904305F340101", tlv(n))),
    ("emv 57", "track2.clear", |n| {
        let value = format!("{n}D29042010000012345");
        let value = if value.len() % 2 == 1 { value + "F" } else { value };
        format!("emv=57{:02X}{value}9F2701805F340101", value.len() / 2)
    }),
    ("iso 8583 ascii", "pan.clear", |n| {
        format!(
            "iso 02007238000128C18000{:02}{n}0000000000000019990321120000000001120000032104290601",
            n.len()
        )
    }),
    ("iso 8583 dump", "pan.clear", |n| {
        format!(r#"<field id="2" value="{n}"/><field id="4" value="000000001999"/>"#)
    }),
    ("jwt", "pan.clear", |n| {
        let part = |text: String| BASE64URL_NOPAD.encode(text.as_bytes());
        format!(
            "token={}.{}.c2lnbmF0dXJlLXRoYXQtaXMtbm90",
            part(r#"{"alg":"HS256","typ":"JWT"}"#.into()),
            part(format!(r#"{{"sub":"1","pan":"{n}"}}"#))
        )
    }),
    ("json number", "pan.clear", |n| format!(r#"{{"card_number":{n}}}"#)),
    ("json groups", "pan.clear", |n| format!(r#"{{"card":["{}"]}}"#, groups(n, "\",\""))),
    ("json digits", "pan.clear", |n| {
        format!(r#"{{"pan":[{}]}}"#, each(n, |d| format!("{d},")).trim_end_matches(','))
    }),
    ("sibling fields", "pan.clear", |n| {
        let parts: Vec<String> =
            groups(n, " ").split(' ').enumerate().map(|(i, p)| format!(r#""card{}":"{p}""#, i + 1)).collect();
        format!("{{{}}}", parts.join(","))
    }),
    ("double in json", "pan.clear", |n| {
        format!(r#"{{"card_number":{}.{}E{}}}"#, &n[..1], &n[1..], n.len() - 1)
    }),
    ("line wrap", "pan.clear", |n| format!("card number {}\n{} was declined", &n[..8], &n[8..])),
    ("wrap with dash", "pan.clear", |n| format!("card number {}-\n{} was declined", &n[..8], &n[8..])),
    ("xml", "pan.clear", |n| format!("<pay><pan>{n}</pan></pay>")),
    ("html input", "pan.clear", |n| format!(r#"<input type="text" name="cardnumber" value="{n}">"#)),
    ("java", "pan.clear", |n| format!("Card(holder=Jane Doe, number={n}, year=2029)")),
    ("java object", "pan.clear", |n| format!("com.shop.Card@1b6d3586[holder=Jane Doe,number={n}]")),
    ("ruby", "pan.clear", |n| format!(r#"{{:card_number=>"{n}", :year=>2029}}"#)),
    ("ruby inspect", "pan.clear", |n| format!(r#"#<Card:0x000078e1 @number="{n}", @year=2029>"#)),
    ("python", "pan.clear", |n| format!("{{'card_number': '{n}', 'year': 2029}}")),
    ("go", "pan.clear", |n| format!("&{{Holder:Jane Number:{n} Card:true}} card")),
    ("php", "pan.clear", |n| format!("Array ( [cardNumber] => {n} [year] => 2029 )")),
    ("php var_dump", "pan.clear", |n| format!(r#"["card_number"]=> string({}) "{n}""#, n.len())),
    ("rust", "pan.clear", |n| format!(r#"Card {{ number: "{n}", year: 2029 }}"#)),
    (".net", "pan.clear", |n| format!("Card {{ Number = {n}, Year = 2029 }}")),
    ("sql insert", "pan.clear", |n| format!("INSERT INTO payments (id, card_number) VALUES (17, '{n}')")),
    ("sql bind", "pan.clear", |n| format!("binding parameter [1] as [VARCHAR] - [{n}] /* card_number */")),
    ("sql where", "pan.clear", |n| format!("SELECT * FROM cards WHERE pan = '{n}'")),
    ("cookie", "pan.clear", |n| format!("Cookie: sid=8; cc={n}; theme=dark")),
    ("yaml", "pan.clear", |n| format!("card_number: {n}")),
    ("ini", "pan.clear", |n| format!("card.number = {n}")),
    ("table", "pan.clear", |n| format!("| Jane Doe | {n} | 04/29 |")),
    ("masked", "pan.masked", |n| {
        format!("card {}{}{}", &n[..6], "*".repeat(n.len() - 10), &n[n.len() - 4..])
    }),
    ("hashed under a key", "pan.hashed", |n| {
        use sha2::Digest as _;
        format!("pan_sha256={}", data_encoding::HEXLOWER.encode(&sha2::Sha256::digest(n.as_bytes())))
    }),
];

const CARRIERS: &[fn(&str) -> String] = &[
    |text| {
        format!("2026-03-01T10:00:00Z level=info msg=\"gateway request\" card_number=\"{text}\" status=ok")
    },
    |text| format!("{{\"level\":\"info\",\"card_number\":\"{text}\",\"status\":\"ok\"}}"),
    |text| format!("2026-03-01 10:00:00 WARN payments: declined card {text} by issuer"),
    |text| format!("2026-03-01 10:00:00 DEBUG got card: {text}"),
];

pub fn add(corpus: &mut Corpus, count: usize, chance: &mut Chance) -> anyhow::Result<()> {
    for (form, write) in SPELLED {
        let mut sheet = Sheet::new(format!("form-{}.log", file_name(form)));
        for turn in 0..count {
            let card = global(chance, turn);
            let text = CARRIERS[turn % CARRIERS.len()](&write(&card.number));
            noise(&mut sheet, chance);
            sheet.planted(&text, "pan.clear", &["forms", &format!("forms/{form}")]);
        }
        corpus.add(sheet, About::new("forms", *form, count as u64))?;
    }
    for (form, kind, write) in LINES {
        let mut sheet = Sheet::new(format!("form-{}.log", file_name(form)));
        for turn in 0..count {
            noise(&mut sheet, chance);
            let records = sheet.line(&write(&global(chance, turn).number));
            if kind.starts_with("track") {
                // The number in a track is told as well.
                sheet.expect(records.clone(), "pan.clear", &["forms", &format!("forms/{form}")]);
            }
            sheet.expect(records, kind, &["forms", &format!("forms/{form}")]);
        }
        let about = About::new("forms", *form, count as u64);
        corpus.add(sheet, about)?;
    }
    Ok(())
}

/// Forms are measured with cards of the global brands.
fn global(chance: &mut Chance, turn: usize) -> Card {
    card(chance, turn / CARRIERS.len() % 5)
}

fn noise(sheet: &mut Sheet, chance: &mut Chance) {
    sheet.line(&format!(
        "2026-03-01T10:00:00Z level=info msg=\"request done\" order_id={} ms=12",
        chance.digits(16)
    ));
}

fn file_name(form: &str) -> String {
    let plain = |c: char| if c.is_ascii_alphanumeric() { c.to_string() } else { format!("{:x}", c as u32) };
    form.chars().map(plain).collect()
}

fn each(number: &str, write: impl Fn(char) -> String) -> String {
    number.chars().map(write).collect()
}

fn other_digit(digit: char, zero: u32) -> String {
    char::from_u32(zero + digit as u32 - 48).unwrap_or(digit).to_string()
}

/// Length and value of tag 5A: packed digits.
fn tlv(number: &str) -> String {
    let padded = if number.len() % 2 == 1 { format!("{number}F") } else { number.to_owned() };
    format!("{:02X}{padded}", padded.len() / 2)
}
