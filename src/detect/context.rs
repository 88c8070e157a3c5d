//! What a detector sees: one field, its key in a comparable spelling, and the fields around it.

use super::{
    entries::roles_of_entry,
    keys::{Role, Roles},
};
use crate::decode::{Field, FieldPath, Record};

/// A field of a record with its surroundings.
pub struct Context<'a> {
    /// The field that is looked at.
    pub(in crate::detect) field: Field<'a>,
    /// Its place in the order of the record.
    pub(in crate::detect) index: usize,
    /// How many ASCII digits its value has.
    pub(in crate::detect) digits: usize,
    roles: Roles,
    record: &'a Record,
    keys: &'a Keys,
}

/// A field around the one that is looked at.
#[derive(Clone, Copy)]
pub(in crate::detect) struct Neighbour<'a> {
    /// What its key promises.
    pub(in crate::detect) roles: Roles,
    /// Its value.
    pub(in crate::detect) value: &'a [u8],
    /// The field.
    pub(in crate::detect) field: Field<'a>,
}

/// How many fields before and after are looked at: an object with 100,000 members must not cost their square.
const REACH: usize = 64;

impl<'a> Context<'a> {
    pub(in crate::detect) fn new(record: &'a Record, keys: &'a Keys, index: usize) -> Self {
        let field = record.field(index);
        let digits = field.value.expose().iter().filter(|b| b.is_ascii_digit()).count();
        // Shorter values are flags.
        let named = (digits >= 2).then(|| roles_of_entry(record, index, keys.of(index))).flatten();
        let roles = named.unwrap_or(keys.roles[index]);
        Context { field, index, digits, roles, record, keys }
    }

    /// The value's bytes.
    pub(in crate::detect) fn value(&self) -> &'a [u8] {
        self.field.value.expose()
    }

    /// The innermost key in lower-case letters and digits alone: `cardnumber` for `Card_Number`. Empty for a
    /// value without a name.
    pub(in crate::detect) fn key(&self) -> &'a str {
        self.keys.of(self.index)
    }

    /// What the innermost key promises, or the name that stands beside the value.
    pub(in crate::detect) fn roles(&self) -> Roles {
        self.roles
    }

    /// What the key of the object around the field promises.
    pub(in crate::detect) fn parent(&self) -> Roles {
        self.field.path.keys().nth(1).map(Roles::of).unwrap_or_default()
    }

    /// Whether one of the objects around the field is about a card, and none inside that is about a bank account.
    pub(in crate::detect) fn in_card(&self) -> bool {
        let around = self.field.path.keys().skip(1).map(Roles::of);
        around.filter(|roles| roles.any(&[Role::Card, Role::Bank])).map(|roles| roles.has(Role::Card)).next()
            == Some(true)
    }

    /// Whether the nearest object around the field that is about a card goes by a name that payments go by.
    pub(in crate::detect) fn in_payment(&self) -> bool {
        let mut around = self.field.path.keys().skip(1).map(Roles::of);
        around.find(|roles| roles.has(Role::Card)).is_some_and(|roles| roles.has(Role::Payment))
    }

    /// Whether the field is a part of a bank account: by its key, the nearest object that says so, or what stands
    /// beside it.
    pub(in crate::detect) fn in_bank_account(&self) -> bool {
        let near = self.field.path.keys().take(3).map(Roles::of);
        let nearest =
            near.filter(|roles| roles.any(&[Role::Card, Role::Bank])).map(|roles| roles.has(Role::Bank));
        match nearest.into_iter().next() {
            Some(is_bank) => is_bank,
            None => self.siblings().any(|sibling| sibling.roles.has(Role::Bank)),
        }
    }

    /// Members of the same object (columns of the same row), without the field itself.
    pub(in crate::detect) fn siblings(&self) -> impl Iterator<Item = Neighbour<'a>> + use<'_, 'a> {
        self.near().filter(|near| near.field.group == self.field.group)
    }

    /// The field so many places before in the record.
    pub(in crate::detect) fn item_before(&self, back: usize) -> Option<Neighbour<'a>> {
        let index = self.index.checked_sub(back)?;
        let field = self.record.field(index);
        Some(Neighbour { roles: self.keys.roles[index], value: field.value.expose(), field })
    }

    /// The fields within reach in the order of the record, without the field itself.
    pub(in crate::detect) fn near(&self) -> impl Iterator<Item = Neighbour<'a>> + use<'_, 'a> {
        let last = self.record.fields().len().min(self.index + REACH + 1);
        let others = (self.index.saturating_sub(REACH)..last).filter(|&i| i != self.index);
        others.map(|index| {
            let field = self.record.field(index);
            Neighbour { roles: self.keys.roles[index], value: field.value.expose(), field }
        })
    }
}

/// The comparable keys of a record's fields, in one buffer.
#[derive(Debug, Default)]
pub(in crate::detect) struct Keys {
    text: String,
    ends: Vec<usize>,
    roles: Vec<Roles>,
    paths: Vec<FieldPath>,
}

impl Keys {
    /// Reads the keys of a record. Records repeat their shape: what begins like the last one is not read again.
    pub(in crate::detect) fn read(&mut self, record: &Record) {
        let same = record.fields().zip(&self.paths).take_while(|(field, path)| field.path == *path).count();
        self.text.truncate(same.checked_sub(1).map_or(0, |last| self.ends[last]));
        self.ends.truncate(same);
        self.roles.truncate(same);
        self.paths.truncate(same);
        for index in same..record.fields().len() {
            let path = record.field(index).path;
            normalise(path.key(), &mut self.text);
            self.ends.push(self.text.len());
            self.roles.push(Roles::of(path.key()));
            self.paths.push(path.clone());
        }
    }

    fn of(&self, index: usize) -> &str {
        let start = index.checked_sub(1).map_or(0, |before| self.ends[before]);
        &self.text[start..self.ends[index]]
    }
}

/// Adds a key in the spelling that key sets use: `cardnumber` for `cardNumber`, `Card_Number` and `card-number`.
pub(in crate::detect) fn normalise(key: &str, into: &mut String) {
    into.extend(key.bytes().filter(u8::is_ascii_alphanumeric).map(|b| char::from(b.to_ascii_lowercase())));
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::detect::table::record;

    #[test]
    fn keys_follow_from_record_to_record() {
        let mut keys = Keys::default();
        let mut check = |text: &str, expected: &str| {
            keys.read(&record(text));
            let read: Vec<&str> = (0..keys.ends.len()).map(|index| keys.of(index)).collect();
            assert_eq!(read.join(" "), expected);
        };
        check("a.Card_No = 1\nb = 2\nc = 3", "cardno b c");
        check("a.Card_No = 1\nx = 2\nc = 3", "cardno x c");
        check("a.Card_No = 1", "cardno");
        check("q = 1\na.Card_No = 1", "q cardno");
    }
}
