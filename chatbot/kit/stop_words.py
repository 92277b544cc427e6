"""Words that say nothing about the matter, by language: small function words and the fillers of questions.

Lower case and without accents, as `words.folded` leaves them. They also tell languages apart.
"""

_LISTS = {
    "en": """
        a about after again all also am an and any anybody anyone anything are as at be because been before being
        but by can cannot could d did do does doing don done each else even ever every few for from get gets getting
        give go goes going got guys had has have having he hello help her here hers hey hi him his how however i if
        in into is isn it its just know let like ll long look looking m made make many may maybe me might mine more most
        much must my myself need no nor not now of oh ok okay on once one only or other our ours out over own please
        possible re really s same say see shall she should so some somebody someone something sorry still such sure
        t take takes tell than thank thanks that the their theirs them then there these they thing things think this
        those through to too under until up upon us use ve very want was way we well were what whatever when where
        whether which while who whom whose why will wish with within without won wonder wondering would yes yet you
        your yours
    """,
    "de": """
        aber alle allem allen aller alles als also am an andere anderen auch auf aus bei beim bekomme bekommen bin
        bis bist bitte brauche brauchen da dabei damit danach danke dann das dass dein deine dem den denn der des
        dessen dich die dies diese diesem diesen dieser dieses dir doch dort du durch ein eine einem einen einer
        eines einfach er es etwas euch euer eure fur gab geben gegen gehen geht genau gern gerne gibt habe haben
        habt hallo hat hatte hatten hier hilfe hin hinter ich ihm ihn ihnen ihr ihre ihrem ihren ihrer im in ins ist
        ja jede jedem jeden jeder jedes jemand jetzt kann kannst kein keine keinem keinen keiner konnen konnt konnte
        konnten lange lasst machen macht man mal mehr mein meine meinem meinen meiner mich mir mit mochte mochten
        muss mussen musst nach nein nicht nichts noch nun nur ob oder ohne schon sehr sei sein seine seinem seinen
        seiner seit sich sie sind so soll sollte sollten sollen sonst uber um und uns unser unsere unseren unserer
        unter viel viele vielleicht vom von vor wann war waren warum was weil welche welchem welchen welcher welches
        wem wen wenn wer werde werden wie wieder wieviel will wir wird wirst wissen wo wohin wollen worden wurde
        wurden zu zum zur zwischen
    """,
    "nl": """
        aan al alle alleen alles als alsjeblieft alstublieft altijd andere bedankt ben bent bij dan dank dat de deze
        die dit doe doen door dus een eens en er ergens even ga gaan gaat geen goed had haar hallo heb hebben hebt
        heeft hem hen het hier hij hoe hoeveel hoi hun iemand iets ik in is ja je jij jou jouw jullie kan kom komen
        komt krijg krijgen krijgt kun kunnen kunt maar mag maken me mee meer men met mij mijn moet moeten na naar
        nee niet niets nog nu of om ons onze ook op over per sinds te tegen toch toen tot u uit uw vaak van veel via
        voor vraag waar waarom wanneer want was wat we weer weet wel welk welke werd wie wij wil willen worden wordt
        zal ze zeer zelf zich zij zijn zo zonder zou zouden
    """,
    "fr": """
        a afin ai aide ainsi alors apres as au aucun aussi autre aux avais avait avant avec avez avoir avons bien
        bonjour bonsoir c ca car ce cela ces cet cette ceux chaque chez ci combien comme comment d dans de dedans
        des deux dire dit dois doit donc dont du elle elles en encore entre es est et etaient etait etant ete etes
        etre eu eux faire fait faut il ils j je jusqu juste l la laquelle le les lequel leur leurs lors lui m ma
        mais me meme merci mes moi moins mon n ne ni non nos notre nous on ont ou par parce pas pendant peu peut
        peuvent peux plait plus pour pourquoi pourrais pouvez pouvoir puis puisque qu quand que quel quelle quelles
        quelque quels qui quoi s sa salut sans se sera ses si sinon soit son sont sous souhaite suis sur svp t ta te
        tes toi ton tous tout toute toutes tres trop tu un une va vais vers veux veut voici voila vos votre voudrais
        voulez vous y
    """,
    "es": """
        a ademas ahi ahora al algo alguien alguna algunas alguno algunos alli ante antes aquel aqui asi aun aunque
        ayuda bien buenas buenos cada como con cual cuales cualquier cuando cuanta cuantas cuanto cuantos de debe
        debo del desde donde dos e el ella ellas ellos en entonces entre era eres es esa esas ese eso esos esta
        estaba estado estamos estan estar estas este esto estos estoy favor fue fueron gracias ha haber habia hace
        hacen hacer hacia han has hasta hay he hola incluso ir la las le les lo los luego mas me mi mia mientras mio
        mis mismo mucho muchos muy nada ni no nos nosotros nuestra nuestro o os otra otras otro otros para pero poco
        podria porque por pude pueda puede pueden puedo pues que quien quiero quisiera saber se sea ser si sido
        siempre sin sobre sois solo son soy su sus tal tambien tan tanto te tener tengo ti tiene tienen tienes todo
        todos tu tus un una unas uno unos usted ustedes va vamos voy y ya yo
    """,
    "pt": """
        a agora ai ainda ajuda alem algo alguem algum alguma alguns ante antes ao aos apenas apos aquela aquele aqui
        as assim ate bem boa bom cada com como conseguir consigo da dao das de dela dele deles depois desde deve
        devo do dos e ela elas ele eles em entao entre era essa esse essas esses esta estamos estao estar estas
        estava este estes estou eu faco faz fazer favor foi for foram gostaria ha haver isso isto ja la lhe lhes
        logo mais mas me mesmo meu meus minha minhas muito muitos na nada nao nas nem nenhum no nos nossa nosso num
        numa o obrigada obrigado oi ola onde os ou outra outras outro outros para pela pelas pelo pelos pode podem
        poder posso pois por porque possivel pra preciso qual quais qualquer quando quanta quanto quantos que quem
        quer quero saber se sem sempre ser sera seu seus sido so sobre sou sua suas tal tambem tao te tem tenho ter
        teu teve ti tinha toda todas todo todos tu tua tudo um uma umas uns vai voce voces vou
    """,
    "it": """
        a abbiamo adesso agli ai aiuto al alcuni alla alle allo allora altra altre altri altro anche ancora avere
        avete c che chi ci ciao cio coi col come con cosa cosi cui da dagli dai dal dall dalla dalle dei degli del
        dell della delle dello dentro devo deve di dopo dove due e ecco ed era essere fa fai fare fino fra gia gli
        grazie ha hai hanno ho i il in infatti io l la le lei li lo loro lui ma mai me meno mi mia mie miei mio
        molti molto ne negli nei nel nell nella nelle nessun nessuno niente noi non nostra nostro o ogni oppure ora
        per perche pero piu po poco poi posso potete possibile prego prima puo puoi pure qual quale quali quando
        quanta quanti quanto quasi quella quelle quelli quello questa queste questi questo qui quindi salve sapere
        scusi se sei sempre senza si sia siamo siete solo sono sopra sotto sta stata stato su sua sue sui sul sull
        sulla sulle suo suoi tanto te ti tra troppo tu tua tue tuo tutta tutte tutti tutto un una uno va vi voglio
        voi vorrei vostra vostro
    """,
    "ar": """
        ا اذا اريد الا التي الذي الذين الان الى ام اما ان انا انت انتم او اي ايضا اين ب بعد بعض بكم بل بين تلك ثم
        جدا حتى حول خلال ذلك سوف شكرا صباح ضد عند عن على غير ف فقط في قبل قد كان كانت كل كم كما كيف لا لان لدي لذلك
        لقد لكل لكن لكم للم لم لماذا لن له لها لو لي ليس ليست ما ماذا متى مثل مرحبا مساعده مساعدة مع من منذ مني نحن
        نعم هذا هذه هل هم هنا هناك هو هي و وهل ولا يا يكون يمكن يمكنني
    """,
}
STOP_WORDS: dict[str, frozenset[str]] = {language: frozenset(words.split()) for language, words in _LISTS.items()}
"""Stop words by ISO 639-1 code; a language that is not here has none."""
