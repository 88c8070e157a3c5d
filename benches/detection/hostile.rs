//! The core: a log as services write it, in which every line has numbers that are no cards, and one line in a
//! thousand a card.

use crate::{
    cards::{BRANDS, Card, card},
    chance::Chance,
    corpus::{About, Corpus, Sheet},
};

const ONE_IN: usize = 1_000;

/// A log of about so many bytes.
pub fn add(corpus: &mut Corpus, bytes: usize, chance: &mut Chance) -> anyhow::Result<()> {
    let (mut sheet, mut turn, mut line) = (Sheet::new("hostile.log"), 0, 0_u64);
    while sheet.text().len() < bytes {
        line += 1;
        if chance.below(ONE_IN) != 0 {
            sheet.line(&innocent(line, chance));
            continue;
        }
        let card = card(chance, turn);
        let place = PLACES[turn / BRANDS.len() % PLACES.len()];
        let text = planted(line, place, &card, chance);
        let rows = ["core", &format!("core/{place}"), &format!("brands/{}", card.brand)];
        sheet.planted(&text, "pan.clear", &rows);
        turn += 1;
    }
    Ok(corpus.add(sheet, About::new("core", "all", line))?)
}

/// All brands under a key and behind a word, without anything else around: what is missed here is a brand's fault.
pub fn add_brands(corpus: &mut Corpus, chance: &mut Chance) -> anyhow::Result<()> {
    let mut sheet = Sheet::new("brands.log");
    for turn in 0..BRANDS.len() * 40 {
        let card = card(chance, turn);
        let place = PLACES[turn / BRANDS.len() % PLACES.len()];
        sheet.line(&innocent(turn as u64, chance));
        let text = planted(turn as u64, place, &card, chance);
        sheet.planted(&text, "pan.clear", &["brands", &format!("brands/{}", card.brand)]);
    }
    Ok(corpus.add(sheet, About::new("brands", "all", 640))?)
}

fn clock(line: u64) -> String {
    let seconds = line / 7;
    let (hour, minute, second) = (seconds / 3600 % 24, seconds / 60 % 60, seconds % 60);
    format!(
        "2026-03-{:02}T{hour:02}:{minute:02}:{second:02}.{:03}Z",
        1 + seconds / 86400 % 28,
        line * 37 % 1000
    )
}

fn innocent(line: u64, chance: &mut Chance) -> String {
    let (clock, epoch) = (clock(line), 1_772_000_000_000 + line * 143);
    let (order, basket, track) = (chance.digits(16), chance.digits(16), chance.digits(16));
    match chance.below(10) {
        0 => format!(
            r#"{{"ts":"{clock}","level":"info","msg":"order placed","order_id":"{order}","basket":{{"id":{basket}}},"trace":"{}","took":{}}}"#,
            chance.hex(32),
            chance.below(900)
        ),
        1 => format!(
            r#"{{"time":{epoch},"service":"cart","event":"added","sku":"{}","id":"{order}"}}"#,
            chance.digits(13)
        ),
        2 => format!(
            "ts={clock} level=info msg=\"payment captured\" order={order} trace_id={track} dur={}ms",
            chance.below(90)
        ),
        3 => format!(
            "ts={clock} level=warn component=stock ratio=0.{} item={basket} retry=2",
            chance.digits(16)
        ),
        4 => format!(
            "{clock} INFO  [http-{}] basket {basket} confirmed in {} ms",
            chance.below(30),
            chance.below(200)
        ),
        5 => format!("{clock} WARN  payments - declined for basket {basket}, charge will be retried"),
        6 => format!("{clock} INFO  shipping tracking {track} handed over, phone +49{}", chance.digits(11)),
        7 => format!(
            r#"10.0.{}.{} - - [{clock}] "GET /orders/{order}?ref={} HTTP/1.1" 200 {} "-" "curl/8.5""#,
            chance.below(256),
            chance.below(256),
            chance.uuid(),
            chance.below(90_000)
        ),
        8 => format!(
            "{clock} DEBUG order {order} for customer {} lat=48.{} lon=11.{}",
            chance.digits(10),
            chance.digits(14),
            chance.digits(14)
        ),
        _ => format!(
            "{clock} ERROR upstream timed out request={} span={} after {epoch}",
            chance.uuid(),
            chance.hex(16)
        ),
    }
}

const PLACES: &[&str] = &["keyed", "nested", "free text", "exception", "form body"];

fn planted(line: u64, place: &str, card: &Card, chance: &mut Chance) -> String {
    let (clock, number, order) = (clock(line), &card.number, chance.digits(16));
    match place {
        "keyed" if line.is_multiple_of(2) => {
            format!(
                "ts={clock} level=debug msg=\"gateway request\" order={order} card_number={number} amount=1999"
            )
        }
        "keyed" => {
            format!(r#"{{"ts":"{clock}","msg":"gateway request","order_id":"{order}","pan":"{number}"}}"#)
        }
        "nested" => format!(
            r#"{{"ts":"{clock}","msg":"checkout","order_id":{order},"payment":{{"card":{{"number":"{number}","exp_month":4,"exp_year":2029}}}}}}"#
        ),
        "free text" => format!("{clock} WARN  payments - declined card {number} of order {order}"),
        "exception" => format!(
            "{clock} ERROR [{}] c.s.pay.GatewayException: card number '{number}' was rejected by the issuer (order {order})",
            chance.hex(8)
        ),
        _ => format!(
            "{clock} DEBUG -> POST /v1/charge body: amount=1999&card%5Bnumber%5D={number}&order={order}"
        ),
    }
}
