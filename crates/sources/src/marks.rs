//! Where the tabs and line ends of a block stand, found 64 bytes at a time.

use wide::u8x16;

/// Tabs and line ends of a block.
#[derive(Debug, Default)]
pub(crate) struct Marks {
    tabs: Vec<u32>,
    /// Where each line ends, and how many tabs the block has up to there.
    lines: Vec<(u32, u32)>,
}

impl Marks {
    pub(crate) fn tabs(&self) -> &[u32] {
        &self.tabs
    }

    pub(crate) fn lines(&self) -> &[(u32, u32)] {
        &self.lines
    }

    /// Finds those of a block, which is at most some 32 MiB.
    pub(crate) fn find(&mut self, block: &[u8]) {
        self.tabs.clear();
        self.lines.clear();
        let (chunks, rest) = block.as_chunks::<64>();
        let mut at = 0;
        for chunk in chunks {
            self.chunk(chunk, at);
            at += 64;
        }
        let mut last = [0; 64];
        last[..rest.len()].copy_from_slice(rest);
        self.chunk(&last, at);
    }

    #[inline]
    fn chunk(&mut self, chunk: &[u8; 64], at: u32) {
        let (mut tabs, mut ends) = (mask(chunk, b'\t'), mask(chunk, b'\n'));
        while ends != 0 {
            let bit = ends & ends.wrapping_neg();
            // The tabs before the line end first.
            self.put(tabs & (bit - 1), at);
            tabs &= !(bit - 1);
            self.lines
                .push((at + ends.trailing_zeros(), self.tabs.len() as u32));
            ends ^= bit;
        }
        self.put(tabs, at);
    }

    #[inline]
    fn put(&mut self, mut tabs: u64, at: u32) {
        // Whole groups of four are written, the surplus is cut off: fewer branches than one at a time.
        let len = self.tabs.len() + tabs.count_ones() as usize;
        while tabs != 0 {
            let mut four = [0; 4];
            for place in &mut four {
                *place = at.wrapping_add(tabs.trailing_zeros());
                tabs &= tabs.wrapping_sub(1);
            }
            self.tabs.extend_from_slice(&four);
        }
        self.tabs.truncate(len);
    }
}

/// A bit for each byte that is `byte`.
#[inline]
fn mask(chunk: &[u8; 64], byte: u8) -> u64 {
    let wanted = u8x16::splat(byte);
    let (parts, _) = chunk.as_chunks::<16>();
    parts.iter().rev().fold(0, |mask, part| {
        mask << 16 | u64::from(u8x16::new(*part).simd_eq(wanted).to_bitmask() as u16)
    })
}
