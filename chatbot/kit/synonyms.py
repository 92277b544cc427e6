"""Words of customer service that mean the same: what a customer calls a thing beside what the business calls it.

Rings of single words by language, in any of their forms (they are stemmed before use); a word may stand in several.
Only what holds in every trade stands here; the words of one trade belong in its articles.
"""

_RINGS = {
    "en": """
        delivery deliver shipping ship shipment postage dispatch sending send
        return back
        refund reimburse reimbursement money back
        cost price fee charge rate expensive pay much
        cost price cheap
        parcel package packet box shipment delivery
        order purchase
        order buy bought purchase
        buy sell purchase
        cancel cancellation revoke withdraw undo
        change modify edit alter switch update correct
        address location street located
        open opening hours closed close
        shop store showroom branch
        call phone telephone ring
        contact reach call email phone
        email mail
        invoice bill receipt
        pay payment
        card amex visa mastercard
        instalment installment instalments installments later
        charge deduct debit withdraw taken
        twice double two duplicate
        twice times two
        discount coupon promo promotion reduction sale rebate off
        voucher gift coupon
        warranty guarantee
        broken damaged defective faulty fault defect break snapped cracked smashed
        repair fix mend service maintenance
        appointment booking book reservation reserve schedule
        collect pickup pick
        late delay delayed overdue
        lost missing vanished
        arrive receive come get delivered
        item product article part goods component thing
        size measurement dimension dimensions
        fit compatible suitable match
        weight heavy weigh weighs
        width wide broad
        length long
        height tall high
        time long days
        expire expiry valid validity
        person human agent staff employee colleague somebody representative
        robot bot ai machine computer
        account profile login
        sign login log
        password passcode
        privacy data details information
        delete remove erase
        stock available availability
        battery charge
        noise noisy squeak squeal creak rattle
        install mount fit assemble assembly
        replace exchange swap replacement
        borrow lend loan
        wrong incorrect mistake error
        abroad international overseas countries foreign country
        england britain uk kingdom
        germany german
        belgium belgian
        netherlands holland dutch
        france french
        business company firm trade corporate
        reseller trade dealer wholesale
        newsletter subscription subscribe unsubscribe
        bicycle bike
        tyre tire
        colour color
        grey gray
        photo picture image
        job vacancy career
        include included contain contents
        free complimentary gratis
        stop cancel end unsubscribe
        tracking track trace status
        """,
    "de": """
        lieferung liefern versand versenden zustellung zustellen sendung schicken verschicken
        lieferzeit lieferung versanddauer lieferdauer
        versandkosten lieferkosten porto versand lieferung kosten
        rucksendung zuruckschicken zurucksenden zuruckgeben ruckgabe retoure zuruck umtausch retournieren
        erstattung erstatten ruckerstattung geld zuruck
        kosten preis gebuhr teuer kostet
        preis gunstig billig
        paket sendung packchen lieferung
        bestellung bestellen kauf kaufen bestellt gekauft auftrag
        stornieren stornierung storno abbrechen widerrufen widerruf absagen
        andern anderung wechseln korrigieren anpassen
        adresse anschrift standort strasse
        geoffnet offnungszeiten offen geschlossen schliessen offnen
        laden geschaft filiale shop
        anrufen telefon telefonnummer rufnummer
        kontakt erreichen kontaktieren mail telefon
        mail email
        rechnung beleg quittung
        zahlen bezahlen zahlung bezahlung zahlungsart zahlungsarten zahlungsmethode
        ratenzahlung raten rate
        abgebucht abbuchung belastet eingezogen
        doppelt zweimal
        rabatt gutschein nachlass ermassigung aktion
        gutschein geschenkkarte geschenkgutschein
        garantie gewahrleistung
        kaputt defekt beschadigt gebrochen fehlerhaft schaden mangel
        reparatur reparieren instandsetzen wartung warten service
        termin buchen reservieren reservierung vereinbaren
        abholen abholung selbstabholung
        spat verspatet verspatung verzogerung
        verloren fehlt verschwunden
        ankommen angekommen erhalten bekommen
        artikel produkt ware teil
        grosse mass abmessung
        passt passend kompatibel geeignet
        gewicht schwer wiegt
        breite breit
        lange lang
        gultig ablaufen gultigkeit
        mensch person mitarbeiter berater kollege
        roboter bot ki maschine computer
        konto profil login anmelden
        passwort kennwort
        datenschutz daten
        loschen entfernen
        lager vorratig verfugbar lieferbar
        gerausch quietscht quietschen knarzen laut
        montieren einbauen anbringen montage
        ersetzen austauschen tauschen ersatz
        leihen ausleihen
        falsch fehler irrtum
        ausland international lander
        firma unternehmen gewerbe gewerblich handler
        fahrrad rad bike
        foto bild
        job stelle
        enthalten inklusive dabei lieferumfang
        kostenlos gratis umsonst
        """,
    "nl": """
        levering leveren bezorging bezorgen verzending verzenden versturen bezorgd geleverd
        verzendkosten bezorgkosten porto
        retour retourneren terugsturen teruggeven terug ruilen
        terugbetaling terugbetalen geld terug
        kosten prijs tarief duur kost
        pakket pakje zending
        bestelling bestellen order kopen aankoop
        annuleren annulering afzeggen
        wijzigen veranderen aanpassen
        adres straat locatie
        open openingstijden gesloten dicht
        winkel zaak filiaal
        bellen telefoon telefoonnummer
        factuur rekening bon
        betalen betaling betaalmethode
        korting kortingscode actie
        cadeaubon cadeaukaart tegoedbon
        garantie waarborg
        kapot defect beschadigd stuk
        reparatie repareren onderhoud beurt
        afspraak boeken reserveren
        ophalen afhalen
        artikel product onderdeel
        maat afmeting formaat
        past passen geschikt
        medewerker mens persoon collega
        fiets rijwiel
        gratis kosteloos
        voorraad beschikbaar leverbaar
        """,
    "fr": """
        livraison livrer expedition expedier envoi envoyer
        retour retourner renvoyer rendre
        remboursement rembourser
        prix cout tarif frais cher
        colis paquet envoi
        commande commander achat acheter
        annuler annulation retractation
        modifier changer changement
        adresse lieu
        horaires ouvert ouverture ferme
        magasin boutique
        telephone appeler
        facture recu
        payer paiement regler
        remise reduction promo
        casse abime endommage defectueux
        reparation reparer entretien
        garantie garanti
        rendez reservation reserver
        article produit piece
        taille dimension
        velo bicyclette
        gratuit offert
        """,
    "es": """
        envio enviar entrega entregar despacho
        devolucion devolver cambio
        reembolso reembolsar
        precio coste costo cuesta tarifa
        paquete envio
        pedido pedir compra comprar orden
        cancelar anular cancelacion
        cambiar modificar
        direccion ubicacion
        horario abierto abre cierra cerrado
        tienda local
        telefono llamar
        factura recibo
        pagar pago
        descuento cupon promocion
        roto danado defectuoso
        reparacion reparar arreglar
        garantia garantizado
        cita reserva reservar
        articulo producto pieza
        talla tamano medida
        bicicleta bici
        gratis gratuito
        """,
}
RINGS: dict[str, list[list[str]]] = {
    language: [line.split() for line in rings.strip().splitlines()] for language, rings in _RINGS.items()
}
"""Rings of words by ISO 639-1 code, without accents."""
