//! What terminals and hosts exchange: EMV data and ISO 8583 messages as logs show them, and files in other encodings.

use super::{
    Betrayed::{self, Binary, Blob, Codes, Digits},
    Cost::{self, Decoded},
    Form, Write,
    lines::{Dump, hexdump},
    write::{base64, codes, hex},
};

const fn form(
    name: &'static str,
    cost: Cost,
    betrayed: &'static [Betrayed],
    field: &'static str,
    write: fn(&str) -> String,
) -> Form {
    Form { name, write: Write::Lines(write), told: &["pan.clear"], field, cost, betrayed }
}

const fn file(name: &'static str, write: fn(&str) -> Vec<u8>) -> Form {
    let (told, betrayed): (&[&str], &[Betrayed]) = (&["pan.clear"], &[Digits]);
    Form { name, write: Write::File(write), told, field: "line.card_number", cost: Decoded, betrayed }
}

const BLOB: &[Betrayed] = &[Blob];
const TRACK_2: &[&str] = &["track2.clear", "pan.clear"];

/// The forms.
#[rustfmt::skip]
pub const FORMS: &[Form] = &[
    form("emv 5A", Decoded, BLOB, "line|tlv.tag5A", |n| format!("icc {}", tag_5a(n))),
    form("emv 5A under a key", Decoded, BLOB, "line.DE55|tlv.tag5A", |n| format!("DE55={}", tag_5a(n).to_lowercase())),
    form("emv 5A alone", Decoded, BLOB, "tlv|tlv.tag5A", |n| format!(r#"{{"tlv":"5A{}"}}"#, packed(n))),
    Form { told: TRACK_2, ..form("emv 57", Decoded, BLOB, "line.emv|tlv.tag57", |n| format!("emv={}", tag_57(n))) },
    Form { told: TRACK_2, ..form("emv in a template", Decoded, BLOB, "iccData|tlv.tag70.tag57", |n| {
        let inner = tag_57(n);
        format!(r#"{{"iccData":"70{:02X}{inner}"}}"#, inner.len() / 2)
    }) },
    form("emv spaced", Decoded, &[Codes], "line|tlv.tag5A", |n| format!("<< {}", spaced(&tag_5a(n)))),
    form("emv in base64", Decoded, BLOB, "line.tlv|base64|tlv.tag5A", |n| format!("tlv={}", base64(&unhex(&tag_5a(n))))),
    form("emv pretty", Decoded, &[Digits], "line", |n| format!("[5A] Application PAN: {n}")),
    form("iso 8583 ascii", Decoded, &[Digits], "line|iso8583.DE2", |n| format!("iso {}", ascii(n, "", ""))),
    form("iso 8583 ascii, cut off", Decoded, &[Digits], "line|iso8583.DE2", |n| {
        format!("iso 02007238000128C18000{:02}{n}0000000000000019990321120000000001120000032104290601", n.len())
    }),
    form("iso 8583 ascii, with a header", Decoded, &[Digits], "line|iso8583.DE2", |n| format!("sent ISO025000055{}", ascii(n, "", ""))),
    Form { told: &["pan.clear", "track2.clear", "pan.clear", "pin.encrypted"], ..form("iso 8583 ascii, track 2", Decoded, &[Digits], "line|iso8583.DE2", |n| {
        format!("iso [{}]", ascii(n, &format!("{:02}{n}=2904201000000", n.len() + 14), "0123456789ABCDEF"))
    }) },
    form("iso 8583 bcd", Decoded, BLOB, "line|iso8583.DE2", |n| format!("request hex: {}", bcd(n))),
    form("iso 8583 bcd, spaced", Decoded, &[Codes], "line|iso8583.DE2", |n| format!("request: {}", spaced(&bcd(n)))),
    form("iso 8583 ascii in hex", Decoded, BLOB, "line.msg|hex|iso8583.DE2", |n| format!("msg={}", hex(ascii(n, "", "").as_bytes()))),
    form("iso 8583 bcd in a hexdump", Decoded, &[Codes], "line|hexdump|iso8583.DE2", |n| hexdump(&unhex(&bcd(n)), Dump::Canonical)),
    form("emv in a hexdump", Decoded, &[Codes], "line|hexdump|tlv.tag5A", |n| hexdump(&unhex(&tag_5a(n)), Dump::Canonical)),
    form("iso 8583 in base64", Decoded, BLOB, "line.msg|base64|iso8583.DE2", |n| format!("msg={}", base64(&unhex(&bcd(n))))),
    form("iso 8583 dump", Decoded, &[Digits], "line|xml.isomsg.field.field2", |n| {
        format!(r#"<isomsg><field id="0" value="0200"/><field id="2" value="{n}"/><field id="4" value="000000001999"/></isomsg>"#)
    }),
    form("iso 8583 fields", Decoded, &[Digits], "line", |n| format!("F000: 0200 F002: {n} F003: 000000 F004: 000000001999")),
    file("utf-16 le with a mark", |n| utf16(n, u16::to_le_bytes, true)),
    file("utf-16 be with a mark", |n| utf16(n, u16::to_be_bytes, true)),
    file("utf-16 le", |n| utf16(n, u16::to_le_bytes, false)),
    file("utf-16 be", |n| utf16(n, u16::to_be_bytes, false)),
    Form { betrayed: &[Binary], ..file("windows-1252", |n| format!("Zahlung f\u{fc}r card_number={n} \u{1}").chars().map(|c| c as u8).collect()) },
];

fn spaced(text: &str) -> String {
    codes(text, "", |b| char::from(b).to_string())
        .as_bytes()
        .chunks(2)
        .map(|pair| String::from_utf8_lossy(pair).into_owned())
        .collect::<Vec<_>>()
        .join(" ")
}

fn unhex(text: &str) -> Vec<u8> {
    data_encoding::HEXUPPER.decode(text.as_bytes()).expect("it was written as hex")
}

/// Length and value of packed digits.
fn packed(number: &str) -> String {
    let padded = if number.len() % 2 == 1 { format!("{number}F") } else { number.to_owned() };
    format!("{:02X}{padded}", padded.len() / 2)
}

fn tag_5a(number: &str) -> String {
    format!("9F1E0831323334353637385A{}5F24032904305F340101", packed(number))
}

fn tag_57(number: &str) -> String {
    let value = format!("{number}D29042010000012345");
    format!("57{}9F2701805F340101", packed(&value))
}

/// An authorisation request (MTI 0200) with its fields 2, 3, 4, 7, 11, 12, 13, 14, 35, 41, 49, 52 as asked for.
fn ascii(number: &str, track_2: &str, pin_block: &str) -> String {
    let mut bitmap = 0u64;
    let mut fields = String::new();
    let mut add = |place: u32, text: &str| {
        if !text.is_empty() {
            bitmap |= 1 << (64 - place);
            fields.push_str(text);
        }
    };
    add(2, &format!("{:02}{number}", number.len()));
    add(3, "000000");
    add(4, "000000001999");
    add(7, "0321120000");
    add(11, "000001");
    add(12, "120000");
    add(13, "0321");
    add(14, "2904");
    add(35, track_2);
    add(41, "TERM0001");
    add(49, "978");
    add(52, pin_block);
    format!("0200{bitmap:016X}{fields}")
}

/// The same in packed digits, as hex.
fn bcd(number: &str) -> String {
    let padded = if number.len() % 2 == 1 { format!("{number}F") } else { number.to_owned() };
    let terminal = hex(b"TERM0001").to_uppercase();
    format!(
        "0200723C000000808000{:02}{padded}0000000000000019990321120000000001120000032129{}{terminal}0978",
        number.len(),
        "04"
    )
}

fn utf16(number: &str, bytes: fn(u16) -> [u8; 2], marked: bool) -> Vec<u8> {
    let text = format!("INFO payment card_number={number} ok\nINFO done\n");
    let mark = marked.then_some(0xfeff);
    mark.into_iter().chain(text.encode_utf16()).flat_map(bytes).collect()
}
