//! What a user is told of a sound file in which something may not be meant, or no bundled data set can serve.

use detente_partnership::check_text;

/// A sound file; something is replaced in it.
const SOUND: &str = include_str!("files/sound.toml");

#[test]
fn warnings_name_what_may_not_be_meant() {
    let warned = |old: &str, new: &str| {
        let text = SOUND.replacen(old, new, 1);
        assert_ne!(text, SOUND);
        let checked = check_text(&text, "x.toml").unwrap_or_else(|e| panic!("{e}"));
        checked
            .warnings
            .iter()
            .map(ToString::to_string)
            .collect::<Vec<_>>()
            .join("\n")
    };
    for (old, new, says) in [
        (
            "global = 0.0",
            "global = 1.0",
            "x.toml:11:1: the level 'global' has no factor",
        ),
        (
            "[[assumption.test]]\nkind = \"untestable\"\nwhy = \"It is the future.\"\n",
            "",
            "the assumption 'future' has no test",
        ),
        (
            "[[factor.indicator]]\nmeasure = \"burden-below\"\nof = \"EU\"\nthreshold = 2.0\nworse = \"higher\"\n",
            "",
            "the factor 'cohesion' has no indicator",
        ),
        (
            "[[factor.exposure]]\ndomain = \"political\"\na = { declared = 0.7, why = \"Consensus.\" }\nb = { measured = \"trade\", to = \"EU\" }\n",
            "",
            "the factor 'cohesion' has no exposure",
        ),
        (
            "title = \"Neighbours of Moldova\"",
            "title = \"N\"\nmembers = \"ROU\"\n[[group]]\nid = \"unused\"\ntitle = \"U\"",
            "nothing refers to the group 'unused'",
        ),
        (
            "measure = \"relation\"\nof = \"RUS\"\nwith = \"MDA\"",
            "measure = \"conflict-at\"\nplace = \"MDA\"",
            "the bundled data locate events for 6 months only, and a standing needs 24",
        ),
        (
            "measure = \"relation\"\nof = \"RUS\"\nwith = \"MDA\"",
            "measure = \"government-change\"\nof = \"MDA\"",
            "no bundled data set can serve 'government-change' for 'MDA'",
        ),
        (
            "measure = \"relation\"\nof = \"RUS\"\nwith = \"MDA\"",
            "measure = \"ideal-point-gap\"\nof = \"TWN\"\nwith = \"MDA\"",
            "no bundled data set can serve 'ideal-point-gap' for 'TWN'",
        ),
        (
            "measure = \"relation\"\nof = \"RUS\"\nwith = \"MDA\"",
            "measure = \"relation-within\"\nof = \"MDA\"",
            "no bundled data set can serve 'relation-within' for 'MDA'",
        ),
        (
            "measure = \"relation\"\nof = \"RUS\"\nwith = \"MDA\"",
            "measure = \"relation\"\nof = \"EU\"\nwith = \"ROU\"",
            "'EU' and 'ROU' both hold ROU",
        ),
        (
            "measure = \"relation\"\nof = \"RUS\"\nwith = \"MDA\"",
            "measure = \"zero-sum\"\nrivalry = \"eu-russia\"\nover = \"neighbours\"",
            "no bundled data set can serve 'zero-sum' for 'neighbours'",
        ),
        (
            "measure = \"burden-below\"\nof = \"EU\"\nthreshold = 2.0",
            "measure = \"disputes\"\nof = \"EU\"\nwith = \"MDA\"",
            "every indicator of 'cohesion' ends with the bundled data of 2014-12-31 or before",
        ),
        (
            "measure = \"burden-below\"\nof = \"EU\"\nthreshold = 2.0",
            "measure = \"events-inside\"\nof = \"EU\"\nroots = [14]",
            "every indicator of 'cohesion' ends with the bundled data of 2021-08-31 or before",
        ),
    ] {
        let warnings = warned(old, new);
        assert!(warnings.contains(says), "wanted {says}, got\n{warnings}");
        assert_eq!(warnings.matches("x.toml:").count(), 1, "{warnings}");
    }
    let text = SOUND
        .replacen("contrast = [\"GEO\", \"UKR\"]\n", "", 1)
        .replacen(
            "kind = \"pressing\"\nfactor = \"transnistria\"",
            "kind = \"stable\"",
            1,
        );
    let warnings = check_text(&text, "x.toml").unwrap().warnings;
    assert!(
        warnings[0].message.contains("no partners to compare with"),
        "{warnings:?}"
    );
}
