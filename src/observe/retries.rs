//! What queues say of records that failed before: how often they were tried, and since when.

/// Of all records of a dataset that failed before. Merging is adding up.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Retries {
    /// How many records failed before.
    pub records: u64,
    /// The most attempts of one of them, the first included.
    pub most_attempts: Option<u32>,
    /// The earliest first failure of one of them, in milliseconds since 1970 UTC.
    pub oldest_failure: Option<i64>,
}

impl Retries {
    /// Adds one record that failed before.
    pub fn add(&mut self, attempts: Option<u32>, first_failed: Option<i64>) {
        self.merge(Retries { records: 1, most_attempts: attempts, oldest_failure: first_failed });
    }

    /// Both together.
    pub fn merge(&mut self, other: Retries) {
        self.records = self.records.saturating_add(other.records);
        self.most_attempts = self.most_attempts.max(other.most_attempts);
        self.oldest_failure = [self.oldest_failure, other.oldest_failure].into_iter().flatten().min();
    }
}

#[cfg(test)]
mod tests {
    use super::Retries;

    #[test]
    fn the_most_attempts_and_the_oldest_failure_stay() {
        let mut retries = Retries::default();
        retries.add(Some(3), None);
        retries.add(None, Some(500));
        retries.add(Some(2), Some(900));
        assert_eq!(retries, Retries { records: 3, most_attempts: Some(3), oldest_failure: Some(500) });
    }
}
