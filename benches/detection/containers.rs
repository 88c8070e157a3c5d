//! Containers: records with a card inside what files, queues and pages wrap them in.

use std::io::Write;

use data_encoding::BASE64;

use crate::{
    cards::card,
    chance::Chance,
    corpus::{About, Corpus, Sheet},
};

/// One record as a line.
type Wrap = fn(&str, &str) -> String;

const LINES: &[(&str, Wrap)] = &[
    ("json in string", |json, _| format!(r#"{{"msg":"sent","body":{}}}"#, quoted(json))),
    ("json twice in string", |json, _| {
        format!(r#"{{"b":{}}}"#, quoted(&format!(r#"{{"body":{}}}"#, quoted(json))))
    }),
    ("base64", |json, _| {
        format!(r#"{{"Records":[{{"kinesis":{{"data":"{}"}}}}]}}"#, BASE64.encode(json.as_bytes()))
    }),
    ("gzip in base64", |json, _| format!(r#"{{"payload":"{}"}}"#, BASE64.encode(&gzip(json.as_bytes())))),
    ("url-encoded", |json, _| format!("INFO body payload={}&v=1", percent(json))),
    ("url form", |_, pan| format!("INFO body amount=100&card%5Bnumber%5D={pan}&v=1")),
    ("xml", |_, pan| format!("INFO <Request><Card><Number>{pan}</Number><Year>2029</Year></Card></Request>")),
    ("soap", |_, pan| {
        format!(
            r#"DEBUG <soap:Envelope xmlns:soap="x"><soap:Body><ns2:pay><ns2:cardNumber>{pan}</ns2:cardNumber></ns2:pay></soap:Body></soap:Envelope>"#
        )
    }),
    ("xml attribute", |_, pan| format!(r#"DEBUG <payment><card number="{pan}" expiry="0429"/></payment>"#)),
    ("cloudwatch", |json, _| {
        let inner = format!(
            r#"{{"messageType":"DATA_MESSAGE","logGroup":"/pay","logEvents":[{{"id":"1","timestamp":1772000000000,"message":{}}}]}}"#,
            quoted(json)
        );
        format!(r#"{{"awslogs":{{"data":"{}"}}}}"#, BASE64.encode(&gzip(inner.as_bytes())))
    }),
];

pub fn add(corpus: &mut Corpus, count: usize, chance: &mut Chance) -> anyhow::Result<()> {
    for (name, wrap) in LINES {
        let sheet = sheet(name, count, chance, *wrap);
        corpus.add(sheet, About::new("containers", *name, count as u64))?;
    }
    let plain: Wrap = |json, _| json.to_owned();
    let mut ndjson = sheet("ndjson.gz", count, chance, plain);
    ndjson.name = "container-ndjson.gz".to_owned();
    rename(&mut ndjson);
    let bytes = gzip(ndjson.text());
    corpus.add_packed(ndjson, &bytes, About::new("containers", "ndjson.gz", count as u64))?;

    let mut zipped = sheet("zip", count, chance, plain);
    zipped.name = "container.zip".to_owned();
    rename(&mut zipped);
    let mut archive = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    archive.start_file("inner.ndjson", zip::write::SimpleFileOptions::default())?;
    archive.write_all(zipped.text())?;
    let bytes = archive.finish()?.into_inner();
    corpus.add_packed(zipped, &bytes, About::new("containers", "zip", count as u64))?;

    let wide = sheet("utf-16", count, chance, |_, pan| format!("INFO zahlung card_number={pan} ok"));
    let text = std::str::from_utf8(wide.text())?.to_owned();
    let units = std::iter::once(0xfeff).chain(text.encode_utf16());
    let bytes: Vec<u8> = units.flat_map(u16::to_le_bytes).collect();
    corpus.add_packed(wide, &bytes, About::new("containers", "utf-16", count as u64))?;
    add_csv(corpus, count, chance)
}

fn add_csv(corpus: &mut Corpus, count: usize, chance: &mut Chance) -> anyhow::Result<()> {
    let mut sheet = Sheet::new("container.csv");
    sheet.line("id,customer,card_number,expiry");
    for turn in 0..count {
        let card = card(chance, turn);
        let records = sheet.line(&format!("{},\"Doe, J.\",{},04/29", chance.digits(16), card.number));
        // Rows are counted with or without their header.
        sheet.expect(records.start() - 1..=*records.end(), "pan.clear", &["containers", "containers/csv"]);
    }
    Ok(corpus.add(sheet, About::new("containers", "csv", count as u64))?)
}

fn sheet(name: &str, count: usize, chance: &mut Chance, wrap: Wrap) -> Sheet {
    let mut sheet = Sheet::new(format!("container-{}.log", name.replace(' ', "-")));
    for turn in 0..count {
        let pan = card(chance, turn).number;
        let json =
            format!(r#"{{"order_id":"{}","card":{{"number":"{pan}","exp_year":2029}}}}"#, chance.digits(16));
        sheet.planted(&wrap(&json, &pan), "pan.clear", &["containers", &format!("containers/{name}")]);
    }
    sheet
}

/// What is expected follows the sheet's new name.
fn rename(sheet: &mut Sheet) {
    let name = sheet.name.clone();
    sheet.expected_mut().iter_mut().for_each(|expected| expected.file.clone_from(&name));
}

pub fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
}

pub fn percent(text: &str) -> String {
    let plain = |byte: &u8| byte.is_ascii_alphanumeric();
    text.bytes().map(|b| if plain(&b) { char::from(b).to_string() } else { format!("%{b:02X}") }).collect()
}

pub fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut out = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    out.write_all(bytes).and_then(|()| out.finish()).expect("memory takes all bytes")
}
