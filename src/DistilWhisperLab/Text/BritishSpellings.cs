namespace DistilWhisperLab.Text;

/// <summary>
/// The common British spellings and their American ones, for use without a checkpoint's normalizer.json. Families of
/// words are built from their stems; a stem is listed only where each of its forms is a word.
/// </summary>
internal static class BritishSpellings
{
    // Stems of -ise, -ises, -ised, -ising, -isation that America writes with z.
    private const string Ise =
        "agon apolog author capital categor central character civil colon critic crystall custom emphas equal " +
        "familiar final formal general global harmon hospital ideal immun industrial international legal local " +
        "material maxim memor minim mobil modern monopol national neutral normal optim organ penal personal polar " +
        "popular priorit privat public random rational real recogn reorgan revolution scrutin social special " +
        "stabil standard steril summar symbol sympath synchron synthes union util vandal visual";

    // Stems of -our, -ours, -oured, -ouring that America writes without u.
    private const string Our =
        "arb clam col demean end fav glam harb hon hum lab neighb od parl ranc rig rum sav splend tum val vap vig";

    // Stems that double a final l before -ed, -ing, -er.
    private const string DoubleL =
        "cancel channel counsel dial duel equal fuel initial jewel label level marshal model panel pencil quarrel " +
        "rival shovel signal snorkel spiral total travel tunnel";

    // Words with forms of their own.
    private const string Words =
        "aeroplane airplane|aeroplanes airplanes|aluminium aluminum|analyse analyze|analysed analyzed|analyses analyzes|" +
        "analysing analyzing|anaemia anemia|anaesthetic anesthetic|armour armor|armoured armored|artefact artifact|" +
        "artefacts artifacts|behaviour behavior|behaviours behaviors|behavioural behavioral|calibre caliber|" +
        "catalogue catalog|catalogues catalogs|catalyse catalyze|centimetre centimeter|centimetres centimeters|" +
        "centre center|centred centered|centres centers|cheque check|cheques checks|colourful colorful|" +
        "colourless colorless|cosy cozy|defence defense|defences defenses|dialogue dialog|dialogues dialogs|" +
        "diarrhoea diarrhea|disc disk|discs disks|draught draft|draughts drafts|encyclopaedia encyclopedia|" +
        "enrol enroll|enrolment enrollment|favourable favorable|favourite favorite|favourites favorites|" +
        "fibre fiber|fibres fibers|flavour flavor|flavoured flavored|flavours flavors|foetus fetus|fulfil fulfill|" +
        "fulfils fulfills|fulfilment fulfillment|grey gray|greyer grayer|greys grays|gynaecology gynecology|" +
        "haemoglobin hemoglobin|honourable honorable|honourably honorably|humourless humorless|instalment installment|" +
        "instalments installments|jewellery jewelry|kerb curb|kerbs curbs|kilometre kilometer|kilometres kilometers|" +
        "labourer laborer|labourers laborers|leukaemia leukemia|licence license|licences licenses|litre liter|" +
        "litres liters|lustre luster|manoeuvre maneuver|manoeuvres maneuvers|marvellous marvelous|meagre meager|" +
        "metre meter|metres meters|millimetre millimeter|millimetres millimeters|mould mold|moulded molded|" +
        "moulds molds|moult molt|moustache mustache|neighbourhood neighborhood|neighbourhoods neighborhoods|" +
        "oesophagus esophagus|offence offense|offences offenses|oestrogen estrogen|orthopaedic orthopedic|" +
        "paediatric pediatric|paralyse paralyze|paralysed paralyzed|plough plow|ploughed plowed|ploughs plows|" +
        "practise practice|practised practiced|practising practicing|pretence pretense|programme program|" +
        "programmes programs|pyjamas pajamas|sabre saber|sceptic skeptic|sceptical skeptical|sceptics skeptics|" +
        "skilful skillful|sombre somber|spectre specter|storey story|storeys stories|sulphur sulfur|" +
        "theatre theater|theatres theaters|tyre tire|tyres tires|unfavourable unfavorable|wilful willful|" +
        "woollen woolen|worshipped worshiped|yoghurt yogurt";

    /// <summary>British spelling to American spelling, lower case.</summary>
    public static IReadOnlyDictionary<string, string> Common { get; } = Build();

    private static Dictionary<string, string> Build()
    {
        var spellings = Words.Split('|').Select(pair => pair.Split(' ')).ToDictionary(pair => pair[0], pair => pair[1]);
        Family(Ise, ["ise", "ised", "ises", "ising", "isation"], ending => ending.Replace("is", "iz"));
        Family(Our, ["our", "ours", "oured", "ouring"], ending => ending.Replace("our", "or"));
        Family(DoubleL, ["led", "ling", "ler"], ending => ending[1..]);
        return spellings;

        void Family(string stems, string[] endings, Func<string, string> american)
        {
            foreach (var stem in stems.Split(' '))
            {
                foreach (var ending in endings)
                {
                    spellings.TryAdd(stem + ending, stem + american(ending));
                }
            }
        }
    }
}
