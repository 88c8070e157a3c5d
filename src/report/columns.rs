//! Which column of its zone a card stands in: what feeds others left of what it feeds, and no column taller than it
//! is given. It must not know what a card is.

/// Beside the columns that the cards fill anyway, so many are opened for what feeds what.
const SPARE: usize = 1;
/// A zone may always have these.
const FEW: usize = 3;

/// The cards of one zone by column, as places in the zone. `feeds` are pairs of such places. Where a way is longer
/// than there are columns, neighbours on it share one.
pub(super) fn columns(count: usize, feeds: &[(usize, usize)], tallest: usize) -> Vec<Vec<usize>> {
    let layer = layers(count, feeds);
    let is_tied = |card: &usize| feeds.iter().any(|(from, to)| from == card || to == card);
    let layers = layer.iter().max().map_or(0, |deepest| deepest + 1);
    let wanted = layers.min((count.div_ceil(tallest) + SPARE).max(FEW));
    let mut columns: Vec<Vec<usize>> = Vec::new();
    for column in 0..wanted {
        let is_here = |card: &usize| layer[*card] * wanted / layers == column && is_tied(card);
        let here: Vec<usize> = (0..count).filter(is_here).collect();
        columns.extend(balanced(&here, tallest));
    }
    let room = (count.div_ceil(columns.len().max(1)) + 1).min(tallest);
    for free in (0..count).filter(|card| !is_tied(card)) {
        match columns.iter_mut().find(|column| column.len() < room) {
            Some(column) => column.push(free),
            None => columns.push(vec![free]),
        }
    }
    columns
}

/// As few columns as fit, of about the same height.
fn balanced(cards: &[usize], tallest: usize) -> Vec<Vec<usize>> {
    if cards.is_empty() {
        return Vec::new();
    }
    let wanted = cards.len().div_ceil(tallest);
    cards.chunks(cards.len().div_ceil(wanted)).map(<[usize]>::to_vec).collect()
}

/// The longest way to each card over feeds that lead forward; where cards feed one another in a circle, the one
/// with the fewest feeds, then the earliest, counts as first.
fn layers(count: usize, feeds: &[(usize, usize)]) -> Vec<usize> {
    let mut layer = vec![0; count];
    let mut waiting: Vec<usize> = (0..count).collect();
    while !waiting.is_empty() {
        let open = |card: &usize| {
            let fed = feeds.iter().filter(|(from, to)| to == card && from != to && waiting.contains(from));
            (fed.count(), *card)
        };
        let next = waiting.iter().copied().min_by_key(open).expect("somebody waits");
        waiting.retain(|card| *card != next);
        for (_, to) in feeds.iter().filter(|(from, to)| *from == next && waiting.contains(to)) {
            layer[*to] = layer[*to].max(layer[next] + 1);
        }
    }
    layer
}

#[cfg(test)]
mod tests {
    use super::columns;

    #[track_caller]
    fn check(count: usize, feeds: &[(usize, usize)], tallest: usize, expected: &str) {
        assert_eq!(format!("{:?}", columns(count, feeds, tallest)), expected);
    }

    #[test]
    fn what_feeds_stands_left_of_what_is_fed() {
        check(0, &[], 3, "[]");
        check(3, &[(2, 1), (1, 0)], 3, "[[2], [1], [0]]");
        check(3, &[(0, 1), (0, 2), (1, 2)], 3, "[[0], [1], [2]]");
    }

    #[test]
    fn a_long_way_is_folded() {
        check(5, &[(0, 1), (1, 2), (2, 3), (3, 4)], 5, "[[0, 1], [2, 3], [4]]");
    }

    #[test]
    fn cards_in_a_circle_find_a_place() {
        check(2, &[(0, 1), (1, 0)], 3, "[[0], [1]]");
        check(3, &[(0, 0), (0, 1), (1, 2), (2, 1)], 3, "[[0], [1], [2]]");
    }

    #[test]
    fn free_cards_fill_what_is_empty_and_a_full_column_is_cut() {
        check(4, &[(0, 1)], 3, "[[0, 2, 3], [1]]");
        check(5, &[], 2, "[[0, 1], [2, 3], [4]]");
        check(5, &[(0, 4), (1, 4), (2, 4), (3, 4)], 3, "[[0, 1], [2, 3], [4]]");
    }
}
