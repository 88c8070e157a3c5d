//! AVX-512 with VBMI and VBMI2: a table of 128 bytes tells what each of 64 bytes is, and a shift over the border of two
//! blocks is one instruction.
//!
//! Every function is inlined into the one that is compiled for the instruction set; a closure would not be, and each
//! intrinsic would be a call.
#![allow(unsafe_code)]

use std::arch::x86_64::*;
use std::ops::{BitAnd, BitOr, Not};

use super::fetch;
use crate::detect::scanner::lanes::{Kind, LEAD, Lanes, Led, Masks, ROW, Row};
use crate::detect::scanner::words::Classes;

/// Tables of 128 bytes take a byte whole, seven of its bits: bytes beyond ASCII stand for others in a word's window,
/// and let a little more through.
pub(super) struct Avx512 {
    windows: [[__m512i; 2]; LEAD + 1],
    kinds: [__m512i; 2],
}

impl Avx512 {
    #[inline(always)]
    pub(super) fn new() -> Self {
        let [a, b, c, d] = Classes::built().by_seven_bits();
        let windows = [Self::table(a), Self::table(b), Self::table(c), Self::table(d)];
        Avx512 { windows, kinds: Self::table(&Kind::TABLE) }
    }

    #[inline(always)]
    fn table(table: &[u8; 128]) -> [__m512i; 2] {
        // SAFETY: the processor has AVX-512; twice 64 bytes are loaded of 128.
        unsafe {
            [_mm512_loadu_si512(table.as_ptr().cast()), _mm512_loadu_si512(table.as_ptr().add(64).cast())]
        }
    }

    #[inline(always)]
    fn load(bytes: &Led, place: usize) -> __m512i {
        debug_assert!(place <= LEAD);
        // SAFETY: the processor has AVX-512; 64 bytes from any place up to LEAD are in `bytes`.
        unsafe { _mm512_loadu_si512(bytes.as_ptr().add(place).cast()) }
    }

    /// Which groups of windows have each byte at this place.
    #[inline(always)]
    fn groups(&self, lanes: __m512i, place: usize) -> __m512i {
        let [low, high] = self.windows[place];
        // SAFETY: the processor has AVX-512 with VBMI.
        unsafe { _mm512_permutex2var_epi8(low, lanes, high) }
    }

    #[inline(always)]
    fn has(kinds: __m512i, kind: u8) -> u64 {
        // SAFETY: the processor has AVX-512.
        unsafe { _mm512_test_epi8_mask(kinds, _mm512_set1_epi8(kind as i8)) }
    }
}

impl Lanes for Avx512 {
    #[inline(always)]
    fn masks(&self, bytes: &Led) -> Masks {
        fetch(bytes);
        let block = Self::load(bytes, LEAD);
        let places = [
            self.groups(Self::load(bytes, 0), 0),
            self.groups(Self::load(bytes, 1), 1),
            self.groups(Self::load(bytes, 2), 2),
            self.groups(block, LEAD),
        ];
        // SAFETY: the processor has AVX-512 with VBMI.
        let (word, kinds) = unsafe {
            let first = _mm512_and_si512(places[0], places[1]);
            let last = _mm512_and_si512(places[2], places[3]);
            let ascii = _mm512_testn_epi8_mask(block, _mm512_set1_epi8(0x80u8 as i8));
            let [low, high] = self.kinds;
            let kinds = _mm512_maskz_permutex2var_epi8(ascii, low, block, high);
            (_mm512_test_epi8_mask(first, last), kinds)
        };
        Masks {
            digit: Self::has(kinds, Kind::DIGIT),
            letter: Self::has(kinds, Kind::LETTER),
            beyond_hex: Self::has(kinds, Kind::BEYOND_HEX),
            joint: Self::has(kinds, Kind::JOINT),
            newline: Self::has(kinds, Kind::NEWLINE),
            word,
        }
    }
}

/// A row in one register. Shifts over the border of two lanes are one instruction of VBMI2.
#[derive(Clone, Copy)]
pub(super) struct Wide(__m512i);

impl BitAnd for Wide {
    type Output = Self;

    #[inline(always)]
    fn bitand(self, other: Self) -> Self {
        // SAFETY: the processor has AVX-512.
        Wide(unsafe { _mm512_and_si512(self.0, other.0) })
    }
}

impl BitOr for Wide {
    type Output = Self;

    #[inline(always)]
    fn bitor(self, other: Self) -> Self {
        // SAFETY: the processor has AVX-512.
        Wide(unsafe { _mm512_or_si512(self.0, other.0) })
    }
}

impl Not for Wide {
    type Output = Self;

    #[inline(always)]
    fn not(self) -> Self {
        // SAFETY: the processor has AVX-512.
        Wide(unsafe { _mm512_xor_si512(self.0, _mm512_set1_epi64(-1)) })
    }
}

impl Row for Wide {
    const LANES: usize = ROW;

    #[inline(always)]
    fn load(row: &[u64; ROW], _: usize) -> Self {
        // SAFETY: the processor has AVX-512; the 64 bytes are those of the array.
        Wide(unsafe { _mm512_loadu_si512(row.as_ptr().cast()) })
    }

    #[inline(always)]
    fn store(self, row: &mut [u64; ROW], _: usize) {
        // SAFETY: the processor has AVX-512; the 64 bytes are those of the array.
        unsafe { _mm512_storeu_si512(row.as_mut_ptr().cast(), self.0) };
    }

    #[inline(always)]
    fn on<const N: u32>(self, before: Self) -> Self {
        // SAFETY: the processor has AVX-512 with VBMI2.
        Wide(unsafe { _mm512_shldv_epi64(self.0, before.0, _mm512_set1_epi64(i64::from(N))) })
    }

    #[inline(always)]
    fn lanes(self) -> u8 {
        // SAFETY: the processor has AVX-512.
        unsafe { _mm512_test_epi64_mask(self.0, self.0) }
    }
}
