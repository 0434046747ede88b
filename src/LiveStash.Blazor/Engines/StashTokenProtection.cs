namespace LiveStash;

/// <summary>How a state that the browser holds is protected. Chosen by the app: there is no default.</summary>
public enum StashTokenProtection
{
    /// <summary>Encrypted and authenticated: the user cannot read and cannot change it.</summary>
    Encrypt,

    /// <summary>Authenticated only: the user, and any script on the page, can read it, and cannot change it. Smaller on the wire by nothing that matters; choose it to be able to look into it.</summary>
    Sign,
}
