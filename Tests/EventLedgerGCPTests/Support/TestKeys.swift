/// Keys for tests, made for them with `openssl genpkey`. They are published here and protect nothing.
enum TestKeys {
    static let first = """
        -----BEGIN PRIVATE KEY-----
        MIIEvgIBADANBgkqhkiG9w0BAQEFAASCBKgwggSkAgEAAoIBAQC2VXa86j1FgIHa
        iO32ZRgZb+uD/54+ghdYW6KzQ9akWK65dQ5LhqWs+9iLoAkuTKWqvFJL/VFSjI5b
        pK6O9vjxwaaNRhB5L9ZB/3CDY6QiqZ04kUq/8WRP8C28YjZUK8nlhYucyQAIADP1
        NIm2AgSMSf/v0mKec5l6XbmPOcmdOArawuety7crvRHv2w3Jk48VLU6pXpTjY5Ns
        RQLSN2kmdhWsJalYia9xrRY70lhEamOM7B2udF6HTyuUXgZNH0g6WmSaCmpSYd7I
        HTkjKtfFQ5mzf9vtFOtImivr7kptH8Lqh8K9HodjgBBH6Dp2jQtfrlVAjeBeAWdi
        u4/1jG5vAgMBAAECggEANw5VXTPprmvgSemg2Q6rmTq3RdNQqBVGEVMSLMkmLdft
        YmibGWkd677cI0T+oLFaMNTOkM172c5BSiDO6LJgdzd/IBdw7/bm3mTQR4w1ypWm
        uKb+iDjOjmi6lrCdMQtL2ndZsczrqn7NMZRcpM21K9tIYdUIHEpRpKZaWoobe9Im
        0vTuYuU0ZV4HXW7LLkc1QdUpXrIL0ipLqyYV83UXmnD42qtLNezdkxULh47V1zzi
        SZ7TgUugBqBtmGz5ttv3aKMCa5JM0AD7VQvDYu24NvRowSn0fKSKHFy5Kphffrwo
        HsVzBr1t9jWa3O30my1xPhgE8x2IJRBLYbdX8BqnkQKBgQDZBgNuW0p6/N+bejTp
        tCMduXDUn0W60xzPDdOhhtlSz0vvDP/7HZ4j42FXK5/HqGVM30eFLpyvZgZrOj9Y
        2mZk/M6wqMAYqIZ46EilJq+d7MUD5C1ZEvYbq2A/tTnRli0S5NuQEtwlzcCghQmC
        qadF6yTuBhMq7h5n0xZgCMdWJwKBgQDXFIp3/fhgVUfrpSmh4IzESyjAn2rgFti+
        lJ/BjDew5g22cO+ozpN65PMIcbHuq25H/6IFDD2OAmYgk1FL0ZOdO7qsrXscRU3u
        5a0q/23zhvXw4BDc7xcNYxrUWs2/rawVB/fNIxsiwdP3QECxIulcujwvULKueDL9
        4RV+Rn1aeQKBgQCAX0w8RQfjhB0IrNsLuqBi/sQ9IRFwF1ydJYKfs1Jt52z1NG1e
        rwBSHjgABi/3PCbft9toblAEeIcnekbqWhXjep8QZGFstJMGhfAisKWE9v769EfW
        vp6Rc2f1h09yKDD1UiaGLIHIYtKkoM0lWxE1DIjFuxYveLbHl1dO6yJuVQKBgH4G
        YjB3Fw9TSSYRi/h3O+RU6dccUiJmILBjI8zkHUnBMy3AtR0jlhT/jExZWlowBxmW
        91ef2X2ZeEAEMjGL5sPN2M8Pg8CH92dRGwvDyahVX0y57geW7NoCRRlC76Yt3FQi
        bBe+R0sxacNJ2d4xR632zgcncNt8QNy0A8UPBqp5AoGBAIejBBQNR0e2pLtELLvx
        gsifqTF71rzUn+6tJ4qrlE/KOOTUoiElG1vPtO5/l/bpaWUsoswrszGJTVc2IEDC
        bgABDixnO4b3JqRflt6aq2Jrl1vd0gPdDZjKMEmGyIU9SjyNH+5f51Tip4MAlKOW
        T4bC8UCEKenPrjpSPtgvl2Ul
        -----END PRIVATE KEY-----
        """

    static let second = """
        -----BEGIN PRIVATE KEY-----
        MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEAAoIBAQCR6dZ8SH08c+Zy
        Xl/oeaCxpTvcT/gWsrmug3gjeGIO60dwXfhiH0hvurwlNpDQWsjFRlnoNFQOMOc4
        9g8EPMrkUJSioHRvfKjAeRj/kbM7LycnI+KgmFUmrJuV1L8sn21QiIWLhlwmOlxe
        J1LYlHxQyuZY9Qp0cl4d4InSUIlS2DUSg6KxwGceRaqsOsZF40DQxNFeyOxEbfIL
        0MpTKL2Svc30iCYO8Lo2naSmLPWOiYe95S/LmVS/33LM8PS7D+BzOUcrTUijxMO/
        qR/tLDL2HZH0MD5+8QKaByeJhs7O3dQ5rfXE5kmK0MTssFa2nRqr3nRRgR8UiXjq
        AO3KRmRdAgMBAAECggEAGO8wCSx9BDndEUG523j/YiQVmuQqhbx0eRM70jnl7d08
        Z8ITKjdk0j0DnktZC1XcNcP8JK9ehs9KEASSU9vMox/3CmRniU6w6rU29aNxEKXR
        58Ec3usxL+ryqnPA2JAE5uxxf8KN2DWEZ82J/XtAVDEcFGsJZpVNqobenmtHUDni
        psLn0yn+VJ6gOml+cktUTSQl/9BwXsrO4WAa5K91NzEqlwuyf+0Rsg90VhqRRXAr
        fxrmeB50Qq2CpLsX10Tqrln5aSMcJz7Mj42RFDksD3pvPz+an4lRqn/8mXFfU8wI
        TeucV3kt4RnXY1u3YTwgpnV1STCRM4QY/sczcBQoYQKBgQDDYWU2X3twNcXYB6pR
        m4nAuHHEjLO2M5RJCM9qGUgx1jnn4FILqi/H2K+mJl6uYfd6piRM9YiJcovO+9mQ
        5Q0KoMVLNvB56mBfY49synzvVIency5QjKp8BocMqY35gu17vFqwQIETKguoic5O
        G6I139EFa6eHmiMfnFHfsUMWvQKBgQC/L2UCPQbCrG1+X5sjwZuTr4HSSUCTWj1Z
        QO4K8H+cNVZi6rANlwM770GHHlU3M5P6fbA4bKG4jJlbc74Yvh+jaCgcOnslUO9Q
        eGtb/dkMj6uUtg3zSsemU0aFjtR/tbtkJ34uxs4XZHNs+E7FyO55AUmwU9IYuBsN
        V1k6LJyuIQKBgHxH//HOWt7N1cPNXHH81mtY6EV2mvpTZQfwKr/6xQmuk7cD4iy5
        XRtqopC155RVjO7fsEekB+4mhvhrC8I3cUxJaDaoA+AJTrReyGUTiNVUl9XUVqm2
        UNwD6vQLBtyohBgpgCaNYY2nOTNENY9J1K0gaf1gtXh0e9MnxIzeXSahAoGBAKtL
        rKXPxeHgmg4TXS4xRtKQ+rFN3qTnwnXYvi9hAgUUqPzhp7HVbxlhKgYFQHbAKMLT
        oHM9qbxvhOwyjM0gc7p2FRINt85ccL9Z1V9L1w/xHduVLnSguLcmf9YkffKbAnYf
        CGiiyX6eCulEpVeCy1/xrnNk9qYdNmfCrnh4Bj3hAoGALLqGpfhquzmw1RWey+SE
        XLQwHBi/Lo4CIyxvu5sDTMSTwvjRvS+qTRlqQudUy4s+VxYNrdZuNW2n1aUGlO78
        VIYT7R6f+/CkwgC/sw8ZCT/V9u7c88/HA7de3ba3cYIVjaqIdXioywOv6jWtO2X4
        IgZ+zDUFCo36EClH+I0Upls=
        -----END PRIVATE KEY-----
        """
}
