//! Written forms: how one card number is spelled, in carriers with a key, with a word, and with neither. The forms are
//! the table that the tests hold the detector to.

#[path = "../../tests/forms/mod.rs"]
mod table;

use table::{CARRIERS, Form, Write, forms};

use crate::{
    cards::{Card, card},
    chance::Chance,
    corpus::{About, Corpus, Sheet},
};

pub fn add(corpus: &mut Corpus, count: usize, chance: &mut Chance) -> anyhow::Result<()> {
    for form in forms() {
        match form.write {
            Write::Spelled(write) => {
                add_lines(corpus, form, count, chance, |turn, n| CARRIERS[turn % CARRIERS.len()](&write(n)))?;
            }
            Write::Lines(write) => add_lines(corpus, form, count, chance, |_, n| write(n))?,
            Write::File(write) => add_files(corpus, form, count, chance, write)?,
        }
    }
    Ok(())
}

fn add_lines(
    corpus: &mut Corpus,
    form: &Form,
    count: usize,
    chance: &mut Chance,
    write: impl Fn(usize, &str) -> String,
) -> anyhow::Result<()> {
    let mut sheet = Sheet::new(format!("form-{}.log", file_name(form.name)));
    for turn in 0..count {
        noise(&mut sheet, chance);
        let records = sheet.line(&write(turn, &global(chance, turn).number));
        expect(&mut sheet, form, &records);
    }
    Ok(corpus.add(sheet, About::new("forms", form.name, count as u64))?)
}

fn add_files(
    corpus: &mut Corpus,
    form: &Form,
    count: usize,
    chance: &mut Chance,
    write: fn(&str) -> Vec<u8>,
) -> anyhow::Result<()> {
    for turn in 0..count {
        let mut sheet = Sheet::new(format!("form-{}-{turn}.log", file_name(form.name)));
        expect(&mut sheet, form, &(1..=1));
        let bytes = write(&global(chance, turn).number);
        corpus.add_packed(sheet, &bytes, About::new("forms", form.name, 1))?;
    }
    Ok(())
}

fn expect(sheet: &mut Sheet, form: &Form, records: &std::ops::RangeInclusive<u64>) {
    for told in form.told {
        sheet.expect(records.clone(), told, &["forms", &format!("forms/{}", form.name)]);
    }
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
