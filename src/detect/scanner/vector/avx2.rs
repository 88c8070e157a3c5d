//! AVX2: tables of sixteen bytes for either half of a byte tell what may stand in a word's window.
//!
//! Every function is inlined into the one that is compiled for the instruction set; a closure would not be, and each
//! intrinsic would be a call.
#![allow(unsafe_code)]

use std::arch::x86_64::*;
use std::ops::{BitAnd, BitOr, Not};

use super::fetch;
use crate::detect::scanner::lanes::{LEAD, Lanes, Led, Masks, ROW, Row};
use crate::detect::scanner::words::Classes;

pub(super) struct Avx2 {
    low: [__m256i; LEAD + 1],
    high: [__m256i; LEAD + 1],
}

impl Avx2 {
    #[inline(always)]
    pub(super) fn new() -> Self {
        let Classes { low: [a, b, c, d], high: [e, f, g, h], .. } = Classes::built();
        Avx2 {
            low: [Self::table(a), Self::table(b), Self::table(c), Self::table(d)],
            high: [Self::table(e), Self::table(f), Self::table(g), Self::table(h)],
        }
    }

    #[inline(always)]
    fn table(table: &[u8; 16]) -> __m256i {
        // SAFETY: the processor has AVX2; a table has the sixteen bytes that are loaded.
        unsafe { _mm256_broadcastsi128_si256(_mm_loadu_si128(table.as_ptr().cast())) }
    }

    #[inline(always)]
    fn load(bytes: &Led, place: usize) -> __m256i {
        debug_assert!(place <= LEAD + 32);
        // SAFETY: the processor has AVX2; 32 bytes from any place up to LEAD + 32 are in `bytes`.
        unsafe { _mm256_loadu_si256(bytes.as_ptr().add(place).cast()) }
    }

    #[inline(always)]
    fn within(lanes: __m256i, from: u8, count: u8) -> u64 {
        // SAFETY: the processor has AVX2. There is no unsigned comparison: what is within is its own minimum.
        unsafe {
            let above = _mm256_sub_epi8(lanes, _mm256_set1_epi8(from as i8));
            let least = _mm256_min_epu8(above, _mm256_set1_epi8(count as i8 - 1));
            u64::from(_mm256_movemask_epi8(_mm256_cmpeq_epi8(least, above)) as u32)
        }
    }

    /// Which groups of windows have each byte at this place.
    #[inline(always)]
    fn groups(&self, lanes: __m256i, place: usize) -> __m256i {
        // SAFETY: the processor has AVX2.
        unsafe {
            let half = _mm256_set1_epi8(15);
            let low = _mm256_shuffle_epi8(self.low[place], _mm256_and_si256(lanes, half));
            let high = _mm256_and_si256(_mm256_srli_epi16::<4>(lanes), half);
            _mm256_and_si256(low, _mm256_shuffle_epi8(self.high[place], high))
        }
    }

    /// The masks of the 32 bytes behind the lead that begins at `from`, 0 or 32.
    #[inline(always)]
    fn half(&self, bytes: &Led, from: usize) -> Masks {
        let block = Self::load(bytes, from + LEAD);
        let before = self.groups(Self::load(bytes, from + 2), 2);
        // SAFETY: the processor has AVX2.
        let (word, small) = unsafe {
            let first = _mm256_and_si256(
                self.groups(Self::load(bytes, from), 0),
                self.groups(Self::load(bytes, from + 1), 1),
            );
            let word = _mm256_and_si256(first, _mm256_and_si256(before, self.groups(block, LEAD)));
            let none = _mm256_movemask_epi8(_mm256_cmpeq_epi8(word, _mm256_setzero_si256()));
            (u64::from(!none as u32), _mm256_or_si256(block, _mm256_set1_epi8(0x20)))
        };
        Masks {
            digit: Self::within(block, b'0', 10),
            letter: Self::within(small, b'a', 26),
            beyond_hex: Self::within(small, b'g', 20),
            joint: Self::is(block, b'_') | Self::is(block, b'-'),
            newline: Self::is(block, b'\n'),
            word,
        }
    }

    #[inline(always)]
    fn is(lanes: __m256i, byte: u8) -> u64 {
        // SAFETY: the processor has AVX2.
        unsafe {
            u64::from(_mm256_movemask_epi8(_mm256_cmpeq_epi8(lanes, _mm256_set1_epi8(byte as i8))) as u32)
        }
    }
}

impl Lanes for Avx2 {
    #[inline(always)]
    fn masks(&self, bytes: &Led) -> Masks {
        fetch(bytes);
        let (first, second) = (self.half(bytes, 0), self.half(bytes, 32));
        Masks {
            digit: first.digit | second.digit << 32,
            letter: first.letter | second.letter << 32,
            beyond_hex: first.beyond_hex | second.beyond_hex << 32,
            joint: first.joint | second.joint << 32,
            newline: first.newline | second.newline << 32,
            word: first.word | second.word << 32,
        }
    }
}

/// Half a row in a register.
#[derive(Clone, Copy)]
pub(super) struct Half(__m256i);

impl BitAnd for Half {
    type Output = Self;

    #[inline(always)]
    fn bitand(self, other: Self) -> Self {
        // SAFETY: the processor has AVX2.
        Half(unsafe { _mm256_and_si256(self.0, other.0) })
    }
}

impl BitOr for Half {
    type Output = Self;

    #[inline(always)]
    fn bitor(self, other: Self) -> Self {
        // SAFETY: the processor has AVX2.
        Half(unsafe { _mm256_or_si256(self.0, other.0) })
    }
}

impl Not for Half {
    type Output = Self;

    #[inline(always)]
    fn not(self) -> Self {
        // SAFETY: the processor has AVX2.
        Half(unsafe { _mm256_xor_si256(self.0, _mm256_set1_epi64x(-1)) })
    }
}

impl Row for Half {
    const LANES: usize = ROW / 2;

    #[inline(always)]
    fn load(row: &[u64; ROW], lane: usize) -> Self {
        let half: &[u64; ROW / 2] = row[lane..].first_chunk().expect("half a row");
        // SAFETY: the processor has AVX2; the 32 bytes are those of the array.
        Half(unsafe { _mm256_loadu_si256(half.as_ptr().cast()) })
    }

    #[inline(always)]
    fn store(self, row: &mut [u64; ROW], lane: usize) {
        let half: &mut [u64; ROW / 2] = row[lane..].first_chunk_mut().expect("half a row");
        // SAFETY: the processor has AVX2; the 32 bytes are those of the array.
        unsafe { _mm256_storeu_si256(half.as_mut_ptr().cast(), self.0) };
    }

    #[inline(always)]
    fn on<const N: u32>(self, before: Self) -> Self {
        // SAFETY: the processor has AVX2.
        Half(unsafe {
            let (on, back) = (_mm_cvtsi64_si128(i64::from(N)), _mm_cvtsi64_si128(i64::from(64 - N)));
            _mm256_or_si256(_mm256_sll_epi64(self.0, on), _mm256_srl_epi64(before.0, back))
        })
    }

    #[inline(always)]
    fn lanes(self) -> u8 {
        // SAFETY: the processor has AVX2.
        unsafe {
            let is_zero = _mm256_cmpeq_epi64(self.0, _mm256_setzero_si256());
            !_mm256_movemask_pd(_mm256_castsi256_pd(is_zero)) as u8 & 0b1111
        }
    }
}
