//! Columns in the making: texts as dictionaries, numbers with nulls.

use std::collections::HashMap;
use std::sync::Arc;

use arrow_array::types::Int32Type;
use arrow_array::{ArrayRef, DictionaryArray, PrimitiveArray, StringArray};
use arrow_buffer::{ArrowNativeType, Buffer, NullBufferBuilder, OffsetBuffer, ScalarBuffer};
use foldhash::fast::RandomState;

/// Above this many distinct words [`TextColumn::forget_if_large`] starts anew.
const LARGE: usize = 1 << 16;

/// A text column kept as dictionary codes. The dictionary grows over the batches of a file, so a word is copied once.
#[derive(Debug, Default)]
pub(crate) struct TextColumn {
    codes: HashMap<Box<str>, i32, RandomState>,
    words: Vec<u8>,
    ends: Vec<i32>,
    keys: Vec<i32>,
    nulls: Nulls,
    values: Option<ArrayRef>,
    /// The code pushed last: sorted files repeat a word many times.
    last: Option<i32>,
}

/// A null buffer that starts empty.
#[derive(Debug)]
struct Nulls(NullBufferBuilder);

impl Default for Nulls {
    fn default() -> Self {
        Nulls(NullBufferBuilder::new(0))
    }
}

impl TextColumn {
    /// The code of a word, which stays valid until [`TextColumn::forget_if_large`].
    pub(crate) fn code(&mut self, word: &str) -> i32 {
        if let Some(code) = self.codes.get(word) {
            return *code;
        }
        let code = self.ends.len() as i32;
        self.words.extend_from_slice(word.as_bytes());
        self.ends.push(self.words.len() as i32);
        self.codes.insert(word.into(), code);
        self.values = None;
        code
    }

    pub(crate) fn push(&mut self, word: Option<&str>) {
        let code = word.map(|word| match self.last {
            Some(last) if self.word(last) == word.as_bytes() => last,
            _ => self.code(word),
        });
        self.last = code.or(self.last);
        self.push_code(code);
    }

    fn word(&self, code: i32) -> &[u8] {
        let code = code as usize;
        let start = if code == 0 { 0 } else { self.ends[code - 1] };
        &self.words[start as usize..self.ends[code] as usize]
    }

    pub(crate) fn push_code(&mut self, code: Option<i32>) {
        self.keys.push(code.unwrap_or(0));
        self.nulls.0.append(code.is_some());
    }

    pub(crate) fn finish(&mut self) -> ArrayRef {
        if self.values.is_none() {
            let offsets: Vec<i32> = std::iter::once(0)
                .chain(self.ends.iter().copied())
                .collect();
            self.values = Some(Arc::new(StringArray::new(
                OffsetBuffer::new(ScalarBuffer::from(offsets)),
                Buffer::from_slice_ref(&self.words),
                None,
            )));
        }
        let keys = PrimitiveArray::<Int32Type>::new(
            ScalarBuffer::from(std::mem::take(&mut self.keys)),
            self.nulls.0.finish(),
        );
        let values = self.values.clone().expect("made above");
        Arc::new(DictionaryArray::new(keys, values))
    }

    /// Drops a dictionary that has grown large, so that memory stays bounded. To be called between batches only.
    pub(crate) fn forget_if_large(&mut self) {
        if self.ends.len() > LARGE {
            *self = TextColumn::default();
        }
    }
}

/// A column of numbers that may be missing.
#[derive(Debug)]
pub(crate) struct NumberColumn<T> {
    values: Vec<T>,
    nulls: NullBufferBuilder,
}

impl<T> Default for NumberColumn<T> {
    fn default() -> Self {
        NumberColumn {
            values: Vec::new(),
            nulls: NullBufferBuilder::new(0),
        }
    }
}

impl<T: ArrowNativeType> NumberColumn<T> {
    pub(crate) fn push(&mut self, value: Option<T>) {
        self.nulls.append(value.is_some());
        self.values.push(value.unwrap_or_default());
    }

    pub(crate) fn finish<A>(&mut self) -> ArrayRef
    where
        A: arrow_array::ArrowPrimitiveType<Native = T>,
    {
        Arc::new(PrimitiveArray::<A>::new(
            ScalarBuffer::from(std::mem::take(&mut self.values)),
            self.nulls.finish(),
        ))
    }
}

/// A text column whose texts hardly ever repeat: addresses and numbers of stories.
#[derive(Debug)]
pub(crate) struct LongTextColumn {
    text: Vec<u8>,
    ends: Vec<i32>,
    nulls: NullBufferBuilder,
}

impl Default for LongTextColumn {
    fn default() -> Self {
        LongTextColumn {
            text: Vec::new(),
            ends: Vec::new(),
            nulls: NullBufferBuilder::new(0),
        }
    }
}

impl LongTextColumn {
    pub(crate) fn push(&mut self, text: Option<&str>) {
        self.text
            .extend_from_slice(text.unwrap_or_default().as_bytes());
        self.ends.push(self.text.len() as i32);
        self.nulls.append(text.is_some());
    }

    pub(crate) fn finish(&mut self) -> ArrayRef {
        let offsets: Vec<i32> = std::iter::once(0).chain(self.ends.drain(..)).collect();
        Arc::new(StringArray::new(
            OffsetBuffer::new(ScalarBuffer::from(offsets)),
            Buffer::from_vec(std::mem::take(&mut self.text)),
            self.nulls.finish(),
        ))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use arrow_array::Array;
    use arrow_array::cast::AsArray;

    fn words(array: &ArrayRef) -> Vec<Option<String>> {
        let dictionary = array.as_dictionary::<Int32Type>();
        let values = dictionary.values().as_string::<i32>();
        (0..array.len())
            .map(|i| {
                (!array.is_null(i))
                    .then(|| values.value(dictionary.keys().value(i) as usize).to_owned())
            })
            .collect()
    }

    #[test]
    fn words_come_back_in_order_over_batches() {
        let mut column = TextColumn::default();
        let first = [
            Some("AZE"),
            Some("AZE"),
            None,
            Some("ARM"),
            Some(""),
            Some("AZE"),
        ];
        first.into_iter().for_each(|w| column.push(w));
        assert_eq!(words(&column.finish()), first.map(|w| w.map(str::to_owned)));
        let second = [None, Some("GEO"), Some("ARM")];
        second.into_iter().for_each(|w| column.push(w));
        assert_eq!(
            words(&column.finish()),
            second.map(|w| w.map(str::to_owned))
        );
    }

    #[test]
    fn a_large_dictionary_is_dropped_between_batches_and_no_word_is_lost() {
        let mut column = TextColumn::default();
        (0..=LARGE).for_each(|i| column.push(Some(&i.to_string())));
        let all = words(&column.finish());
        assert_eq!(all[LARGE].as_deref(), Some(LARGE.to_string().as_str()));
        column.forget_if_large();
        column.push(Some("AZE"));
        let array = column.finish();
        assert_eq!(array.as_dictionary::<Int32Type>().values().len(), 1);
        assert_eq!(words(&array), [Some("AZE".to_owned())]);
    }
}
