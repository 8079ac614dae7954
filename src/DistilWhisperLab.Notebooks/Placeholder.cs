namespace DistilWhisperLab.Notebooks;

internal static class Placeholder;
