//! The scanner's masks in vector registers, and the choice between them at run time.
//!
//! The one place of this package with `unsafe`, for two reasons. A function that is compiled for an instruction set
//! may be called only where the processor has it: [`Isa::detected`] asks, and [`run`] checks again. And loads from
//! memory take a pointer: each stays within the array that a block is, `LEAD` bytes and 64 behind them.
#![allow(unsafe_code)]

use super::blocks::{self, Events};
use super::lanes::Portable;
#[cfg(any(target_arch = "x86_64", target_arch = "aarch64"))]
use super::{
    lanes::{LEAD, Lanes, Led, Masks},
    words::Classes,
};

/// An instruction set.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Isa {
    /// 512-bit registers: AVX-512 F, BW and VBMI.
    Avx512,
    /// 256-bit registers: AVX2.
    Avx2,
    /// 128-bit registers of 64-bit ARM.
    Neon,
    /// Any processor.
    Portable,
}

impl Isa {
    /// All that this processor has, the best first.
    pub fn detected() -> Vec<Isa> {
        [Isa::Avx512, Isa::Avx2, Isa::Neon, Isa::Portable].into_iter().filter(|isa| isa.is_here()).collect()
    }

    fn is_here(self) -> bool {
        match self {
            #[cfg(target_arch = "x86_64")]
            Isa::Avx512 => {
                is_x86_feature_detected!("avx512f")
                    && is_x86_feature_detected!("avx512bw")
                    && is_x86_feature_detected!("avx512vbmi")
                    && Isa::Avx2.is_here()
            }
            #[cfg(target_arch = "x86_64")]
            Isa::Avx2 => {
                is_x86_feature_detected!("avx2")
                    && is_x86_feature_detected!("bmi1")
                    && is_x86_feature_detected!("bmi2")
                    && is_x86_feature_detected!("lzcnt")
                    && is_x86_feature_detected!("popcnt")
            }
            #[cfg(target_arch = "aarch64")]
            Isa::Neon => std::arch::is_aarch64_feature_detected!("neon"),
            Isa::Portable => true,
            #[allow(unreachable_patterns, reason = "other processors' sets")]
            _ => false,
        }
    }
}

/// Finds what is worth a closer look in a text.
///
/// # Panics
/// If this processor lacks the instruction set.
pub(super) fn run(isa: Isa, text: &[u8], events: &mut Events) {
    assert!(isa.is_here(), "the instruction set was detected before");
    match isa {
        // SAFETY: the processor has the features; it was asked just now.
        #[cfg(target_arch = "x86_64")]
        Isa::Avx512 => unsafe { run_avx512(text, events) },
        // SAFETY: as above.
        #[cfg(target_arch = "x86_64")]
        Isa::Avx2 => unsafe { run_avx2(text, events) },
        #[cfg(target_arch = "aarch64")]
        Isa::Neon => blocks::run(&neon::Neon::new(), text, events),
        _ => blocks::run(&Portable::new(), text, events),
    }
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx512f,avx512bw,avx512vbmi,avx2,bmi1,bmi2,lzcnt,popcnt")]
fn run_avx512(text: &[u8], events: &mut Events) {
    blocks::run(&x86::Avx512::new(), text, events);
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2,bmi1,bmi2,lzcnt,popcnt")]
fn run_avx2(text: &[u8], events: &mut Events) {
    blocks::run(&x86::Avx2::new(), text, events);
}

// Every function below is inlined into the one that is compiled for its instruction set; a closure would not be, and
// each intrinsic would be a call.
#[cfg(target_arch = "x86_64")]
mod x86 {
    use std::arch::x86_64::*;

    use super::*;

    /// Tables of 128 bytes take a byte whole, seven of its bits: bytes beyond ASCII stand for others, and let a little
    /// more through.
    pub(super) struct Avx512 {
        tables: [[__m512i; 2]; LEAD + 1],
    }

    impl Avx512 {
        #[inline(always)]
        pub(super) fn new() -> Self {
            let [a, b, c, d] = Classes::built().by_seven_bits();
            Avx512 { tables: [Self::table(a), Self::table(b), Self::table(c), Self::table(d)] }
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

        #[inline(always)]
        fn within(lanes: __m512i, from: u8, count: u8) -> u64 {
            // SAFETY: the processor has AVX-512.
            unsafe {
                let above = _mm512_sub_epi8(lanes, _mm512_set1_epi8(from as i8));
                _mm512_cmplt_epu8_mask(above, _mm512_set1_epi8(count as i8))
            }
        }

        #[inline(always)]
        fn is(lanes: __m512i, byte: u8) -> u64 {
            // SAFETY: the processor has AVX-512.
            unsafe { _mm512_cmpeq_epi8_mask(lanes, _mm512_set1_epi8(byte as i8)) }
        }

        /// Which groups of windows have each byte at this place.
        #[inline(always)]
        fn groups(&self, lanes: __m512i, place: usize) -> __m512i {
            let [low, high] = self.tables[place];
            // SAFETY: the processor has AVX-512 with VBMI.
            unsafe { _mm512_permutex2var_epi8(low, lanes, high) }
        }
    }

    impl Lanes for Avx512 {
        #[inline(always)]
        fn masks(&self, bytes: &Led) -> Masks {
            let block = Self::load(bytes, LEAD);
            let places = [
                self.groups(Self::load(bytes, 0), 0),
                self.groups(Self::load(bytes, 1), 1),
                self.groups(Self::load(bytes, 2), 2),
                self.groups(block, LEAD),
            ];
            // SAFETY: the processor has AVX-512.
            let (word, small) = unsafe {
                let first = _mm512_and_si512(places[0], places[1]);
                let last = _mm512_and_si512(places[2], places[3]);
                (_mm512_test_epi8_mask(first, last), _mm512_or_si512(block, _mm512_set1_epi8(0x20)))
            };
            Masks {
                digit: Self::within(block, b'0', 10),
                letter: Self::within(small, b'a', 26),
                beyond_hex: Self::within(small, b'g', 20),
                upper: Self::within(block, b'A', 26),
                joint: Self::is(block, b'_') | Self::is(block, b'-'),
                newline: Self::is(block, b'\n'),
                word,
            }
        }
    }

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
                upper: Self::within(block, b'A', 26),
                joint: Self::within(block, b'_', 1) | Self::within(block, b'-', 1),
                newline: Self::within(block, b'\n', 1),
                word,
            }
        }
    }

    impl Lanes for Avx2 {
        #[inline(always)]
        fn masks(&self, bytes: &Led) -> Masks {
            let (first, second) = (self.half(bytes, 0), self.half(bytes, 32));
            Masks {
                digit: first.digit | second.digit << 32,
                letter: first.letter | second.letter << 32,
                beyond_hex: first.beyond_hex | second.beyond_hex << 32,
                upper: first.upper | second.upper << 32,
                joint: first.joint | second.joint << 32,
                newline: first.newline | second.newline << 32,
                word: first.word | second.word << 32,
            }
        }
    }
}

#[cfg(target_arch = "aarch64")]
mod neon {
    use std::arch::aarch64::*;

    use super::*;

    pub(super) struct Neon {
        low: [uint8x16_t; LEAD + 1],
        high: [uint8x16_t; LEAD + 1],
    }

    impl Neon {
        #[inline(always)]
        pub(super) fn new() -> Self {
            let classes = Classes::built();
            // SAFETY: a table has the sixteen bytes that are loaded.
            let load = |table: &[u8; 16]| unsafe { vld1q_u8(table.as_ptr()) };
            Neon { low: classes.low.each_ref().map(load), high: classes.high.each_ref().map(load) }
        }

        /// Whether some group of windows has each byte at its place, for the sixteen bytes that end windows.
        #[inline(always)]
        fn word(&self, bytes: &Led, from: usize) -> uint8x16_t {
            // SAFETY: sixteen bytes from `from` to `from + LEAD` are in `bytes`.
            unsafe {
                let groups = |place: usize| {
                    let lanes = vld1q_u8(bytes.as_ptr().add(from + place));
                    let low = vqtbl1q_u8(self.low[place], vandq_u8(lanes, vdupq_n_u8(15)));
                    vandq_u8(low, vqtbl1q_u8(self.high[place], vshrq_n_u8::<4>(lanes)))
                };
                let word = vandq_u8(vandq_u8(groups(0), groups(1)), vandq_u8(groups(2), groups(3)));
                vtstq_u8(word, word)
            }
        }
    }

    /// One bit a byte: each byte keeps the bit of its place among eight, and neighbours are added up three times.
    #[inline(always)]
    fn gather(lanes: [uint8x16_t; 4]) -> u64 {
        const WEIGHTS: [u8; 16] = [1, 2, 4, 8, 16, 32, 64, 128, 1, 2, 4, 8, 16, 32, 64, 128];
        // SAFETY: the weights are the sixteen bytes that are loaded.
        unsafe {
            let weights = vld1q_u8(WEIGHTS.as_ptr());
            let [a, b, c, d] = lanes.map(|lanes| vandq_u8(lanes, weights));
            let sum = vpaddq_u8(vpaddq_u8(a, b), vpaddq_u8(c, d));
            let sum = vpaddq_u8(sum, sum);
            vgetq_lane_u64::<0>(vreinterpretq_u64_u8(sum))
        }
    }

    impl Lanes for Neon {
        #[inline(always)]
        fn masks(&self, bytes: &Led) -> Masks {
            // SAFETY: the four times sixteen bytes behind the lead are in `bytes`.
            unsafe {
                let blocks = [0, 16, 32, 48].map(|from| vld1q_u8(bytes.as_ptr().add(LEAD + from)));
                let within = |lanes: uint8x16_t, from: u8, count: u8| {
                    vcltq_u8(vsubq_u8(lanes, vdupq_n_u8(from)), vdupq_n_u8(count))
                };
                let is = |lanes: uint8x16_t, byte: u8| vceqq_u8(lanes, vdupq_n_u8(byte));
                let small = |lanes: uint8x16_t| vorrq_u8(lanes, vdupq_n_u8(0x20));
                Masks {
                    digit: gather(blocks.map(|lanes| within(lanes, b'0', 10))),
                    letter: gather(blocks.map(|lanes| within(small(lanes), b'a', 26))),
                    beyond_hex: gather(blocks.map(|lanes| within(small(lanes), b'g', 20))),
                    upper: gather(blocks.map(|lanes| within(lanes, b'A', 26))),
                    joint: gather(blocks.map(|lanes| is(lanes, b'_')))
                        | gather(blocks.map(|lanes| is(lanes, b'-'))),
                    newline: gather(blocks.map(|lanes| is(lanes, b'\n'))),
                    word: gather([0, 16, 32, 48].map(|from| self.word(bytes, from))),
                }
            }
        }
    }
}
