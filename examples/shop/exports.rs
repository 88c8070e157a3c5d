//! Exports: contacts of the CRM, receivables of the ERP, and the acquirer's settlement file.

use sha2::{Digest, Sha256};

use super::{
    chance::{BASE62, Chance, DIGITS},
    world::{Channel, Sale, World, date, stamp},
};

const NOTES: &[&str] =
    &["", "", "", "prefers mail", "called about delivery", "newsletter", "asked for an invoice"];

/// CSV files.
pub fn files(world: &World) -> Vec<(&'static str, Vec<u8>)> {
    vec![
        ("exports/contacts.csv", contacts(world)),
        ("exports/receivables.csv", receivables(world)),
        ("gateway/settlement.csv", settlement(world)),
    ]
}

/// Customers, two in three without a card. A helper script copies the gateway's response of some telephone
/// orders into the note.
fn contacts(world: &World) -> Vec<u8> {
    let mut chance = Chance::new("contacts");
    let mut phone = 0;
    let mut text = String::from("ContactId,Email,CardRef,LastModifiedDate,Note\n");
    for sale in &world.sales {
        let at = sale.at + 7_200_000 + chance.below(3_600_000) as i64;
        let mut note = (*chance.pick(NOTES)).to_owned();
        if sale.channel == Channel::Phone {
            phone += 1;
            if world.leaks() && phone % 60 == 30 {
                note = format!("\"gateway said: approved, card {} exp {}\"", sale.card, sale.expiry);
            }
        }
        text +=
            &format!("003{},{},{},{},{note}\n", chance.text(BASE62, 12), sale.email, sale.token, stamp(at));
        for _ in 0..chance.below(3) {
            let (id, number) = (chance.text(BASE62, 12), chance.text(DIGITS, 6));
            text += &format!("003{id},lead{number}@example.org,,{},{}\n", stamp(at), chance.pick(NOTES));
        }
    }
    text.into_bytes()
}

/// Invoices of the night. The "token" is the SHA-256 of the card, beside its first six and last four digits.
fn receivables(world: &World) -> Vec<u8> {
    let mut text = String::from("invoice;order_id;booked;amount;payment_token;card_masked\n");
    for (index, sale) in world.web().enumerate() {
        let booked = date(sale.at + 86_400_000);
        let (token, masked) = reference(world, sale);
        text += &format!("INV-{:06};{};{booked};{};{token};{masked}\n", index + 1, sale.order, sale.price());
    }
    text.into_bytes()
}

fn reference(world: &World, sale: &Sale) -> (String, String) {
    if !world.leaks() {
        return (sale.token.clone(), format!("************{}", sale.last4()));
    }
    let digest = Sha256::digest(sale.card.as_bytes());
    let hidden = "*".repeat(sale.card.len() - 10);
    (data_encoding::HEXLOWER.encode(&digest), format!("{}{hidden}{}", sale.bin(), sale.last4()))
}

/// What the acquirer paid out, inside the cardholder data environment.
fn settlement(world: &World) -> Vec<u8> {
    let mut chance = Chance::new("settlement");
    let mut text = String::from("settled_on,order_id,amount,fee,card_last4,acquirer_batch\n");
    for sale in &world.sales {
        let settled = date(sale.at + 2 * 86_400_000);
        let (fee, batch) = (sale.amount / 70, chance.text(DIGITS, 9));
        text += &format!("{settled},{},{},{fee},{},{batch}\n", sale.order, sale.price(), sale.last4());
    }
    text.into_bytes()
}
