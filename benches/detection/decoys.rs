//! Decoys: kinds of values that are no card's, one file a kind, in lines as they stand in logs.

use crate::{
    cards::check_digit,
    chance::Chance,
    corpus::{About, Corpus, Sheet},
};

pub type Make = fn(&mut Chance, usize) -> String;

pub const KINDS: &[(&str, Make)] = &[
    ("order-id-16", |c, _| format!(r#"{{"msg":"placed","order_id":"{}"}}"#, c.digits(16))),
    ("id-in-text", |c, _| format!("INFO order {} shipped", c.digits(16))),
    ("nameless-16", |c, _| format!(r#"{{"v":"{}","n":{}}}"#, c.digits(16), c.below(99))),
    ("basket-declined", |c, _| format!("WARN declined for basket {}, payment by card failed", c.digits(16))),
    ("trace-hex", |c, _| format!("INFO trace={} span={}", c.hex(32), c.hex(16))),
    ("uuid", |c, _| format!("INFO request {} done", c.uuid())),
    ("float", |c, _| format!(r#"{{"score":0.{},"w":{}.{}}}"#, c.digits(16), c.below(9), c.digits(15))),
    ("epoch-ms", |c, n| format!(r#"{{"ts":{},"v":{}}}"#, 1_772_000_000_000 + n * 977, c.below(9))),
    ("epoch-us", |c, n| format!("at={} v={}", 1_772_000_000_000_000 + n * 977_331, c.below(9))),
    ("epoch-ns", |c, n| format!("at={} v={}", 1_772_000_000_000_000_000 + n * 977_331_127, c.below(9))),
    ("phone", |c, _| format!("INFO called +49{} for customer", c.digits(11))),
    ("ean-13", |c, _| format!(r#"{{"sku":"{}","ean":"40{}"}}"#, c.digits(13), c.digits(11))),
    ("imei", |c, _| luhn(&format!("35{}", c.digits(12)), "INFO device imei=")),
    ("imeisv", |c, _| format!("device sv 35{} attached", c.digits(14))),
    ("iccid", |c, _| luhn(&format!("8949{}", c.digits(14)), "sim iccid ")),
    ("snowflake", |_, n| {
        format!(r#"{{"id":"{}","type":"post"}}"#, 1_790_000_000_000_000_000_u64 + n as u64 * 4_194_304_127)
    }),
    ("psp-reference", |c, _| format!(r#"{{"pspReference":"88{}","eventCode":"CAPTURE"}}"#, c.digits(14))),
    ("tracking-12", |c, _| format!("shipment tracking {} delivered", c.digits(12))),
    ("tracking-15", |c, _| format!("parcel {} delivered", c.digits(15))),
    ("tracking-22", |c, _| format!("usps 94{} out for delivery", c.digits(20))),
    ("sha-256", |c, _| format!("blob sha256:{} pulled", c.hex(64))),
    ("git-sha", |c, _| format!("commit {} merged", c.hex(40))),
    ("base64", |c, _| format!(r#"{{"blob":"{}="}}"#, c.letters(63))),
    ("address-hex", |c, _| format!("Call trace: [<ffffffff{}>] 0x{}", c.digits(8), c.digits(16))),
    ("compact-date", |c, n| {
        format!("backup-202603{:02}{:06}{} written", n % 28 + 1, c.below(999_999), c.digits(3))
    }),
    ("coordinates", |c, _| format!("pos {}.{},{}.{}", c.below(90), c.digits(14), c.below(90), c.digits(14))),
    ("four-digit-table", |c, _| {
        format!(
            "{} {} {} {} {} {}",
            c.digits(4),
            c.digits(4),
            c.digits(4),
            c.digits(4),
            c.digits(4),
            c.digits(4)
        )
    }),
    ("session", |c, _| {
        format!("GA1.2.{}.{} sid={}-{}", c.digits(10), c.digits(10), c.digits(8), c.digits(16))
    }),
    ("amount", |c, _| format!(r#"{{"volume":{},"notional":"{}"}}"#, c.digits(16), c.digits(15))),
    ("invoice", |c, _| format!("invoice_no={} customer_no={} booked", c.digits(16), c.digits(13))),
    ("digits-over-lines", |c, _| format!("INFO batch of {}\n{} rows are done", c.digits(8), c.digits(8))),
    ("groups-over-lines", |c, _| format!("{} {}\n{} {}", c.digits(4), c.digits(4), c.digits(4), c.digits(4))),
    ("list-of-four", |c, _| {
        let ports = [(); 4].map(|()| c.digits(4)).join(",");
        format!(r#"{{"ports":[{ports}],"n":{}}}"#, c.below(9))
    }),
    ("list-of-digits", |c, _| {
        let states = [(); 16].map(|()| c.digits(1)).join(",");
        format!(r#"{{"states":[{states}]}}"#)
    }),
    ("numbered-fields", |c, _| {
        let [a, b, d, e] = [(); 4].map(|()| c.digits(4));
        format!(r#"{{"q1":{a},"q2":{b},"q3":{d},"q4":{e}}}"#)
    }),
    ("scientific", |c, _| format!(r#"{{"volume":{}.{}E15,"w":1}}"#, c.within(1..10), c.digits(15))),
    ("hex-pairs", |c, _| {
        let bytes = [(); 16].map(|()| c.hex(2)).join(":");
        format!("fingerprint {bytes} of the host")
    }),
    ("short-base64", |c, _| format!("etag {} unchanged", c.letters(24))),
    ("long-digits", |c, _| format!("barcode {} read", c.digits(48))),
    ("access-path", |c, _| {
        format!(r#"10.0.0.1 - - "GET /p/{}/img/{}.jpg HTTP/1.1" 200"#, c.digits(16), c.digits(15))
    }),
    ("block-id", |c, n| {
        format!("Deleting block blk_{}{} file", if n % 2 == 0 { "-" } else { "" }, c.digits(19))
    }),
    ("block-16", |c, _| format!("Verification succeeded for blk_{}", c.digits(16))),
    ("steps", |c, n| {
        format!("setSteps={}##{}##{}", 1_514_038_440_000_u64 + n as u64, c.digits(4), c.digits(16))
    }),
    ("payment-id", |c, _| format!("INFO payment {} captured", c.digits(16))),
    ("charge-id", |c, _| format!("charge {} refunded", c.digits(16))),
    ("card-id", |c, _| format!("card id {} created", c.digits(16))),
    ("sim-card", |c, _| format!("sim card {} activated", c.digits(19))),
    ("visa-application", |c, _| format!("visa application {} filed", c.digits(16))),
    ("source-number", |c, _| {
        format!(r#"{{"source":{{"number":"{}"}},"payment":{{"no":"{}"}}}}"#, c.digits(16), c.digits(16))
    }),
    ("account-expires", |c, n| {
        format!(r#"{{"account":"{}","expires":"2027-01-{:02}"}}"#, c.digits(16), n % 28 + 1)
    }),
    ("id-year-month", |c, n| format!(r#"{{"v":"{}","year":2026,"month":{}}}"#, c.digits(16), n % 12 + 1)),
    ("order-last4", |c, n| {
        format!(
            r#"{{"order_id":"{}","expiry":"{:02}/29","last4":"{}"}}"#,
            c.digits(16),
            n % 12 + 1,
            c.digits(4)
        )
    }),
    ("batch-expiry", |c, n| {
        format!(r#"{{"item":"{}","expiry":"{:02}/29","lot":"{}"}}"#, c.digits(14), n % 12 + 1, c.digits(6))
    }),
    ("four-columns", |c, _| format!("{} {} {} {}", c.digits(4), c.digits(4), c.digits(4), c.digits(4))),
    ("four-tabs", |c, _| format!("{}\t{}\t{}\t{}", c.digits(4), c.digits(4), c.digits(4), c.digits(4))),
    ("serial-groups", |c, _| {
        format!("serial {}-{}-{}-{} ok", c.digits(4), c.digits(4), c.digits(4), c.digits(4))
    }),
    ("author-number", |c, _| {
        format!("ISNI {} {} {} {}, born", c.digits(4), c.digits(4), c.digits(4), c.digits(4))
    }),
    ("span-nanos", |c, n| {
        format!(r#"{{"start":"{}","heap":"{}"}}"#, 1_772_000_000_000_000_000 + n as u64 * 1_331, c.digits(16))
    }),
    ("counted-up", |_, n| {
        format!("a={} b={}", 4_539_578_000_000_000_u64 + n as u64, 374_000_000_000_000_u64 + n as u64 * 11)
    }),
    ("sql-row", |c, _| format!("INSERT INTO t VALUES ({},'{}',{})", c.digits(16), c.digits(15), c.digits(5))),
    ("notes-ticket", |c, _| format!(r#"{{"notes":"see ticket {}"}}"#, c.digits(16))),
    ("rare-lines", |c, _| {
        let word = c.letters(6).to_lowercase();
        format!("unit {word} {} {}", c.digits(16), c.letters(5).to_lowercase())
    }),
];

fn luhn(number: &str, before: &str) -> String {
    format!("{before}{number}{}", check_digit(number))
}

pub fn add(corpus: &mut Corpus, count: usize, chance: &mut Chance) -> anyhow::Result<()> {
    for (kind, make) in KINDS {
        let mut sheet = Sheet::new(format!("decoy-{kind}.log"));
        for turn in 0..count {
            sheet.line(&make(chance, turn));
        }
        corpus.add(sheet, About::new("decoys", *kind, count as u64))?;
    }
    Ok(())
}
