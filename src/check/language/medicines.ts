/**
 * Endings that the World Health Organization gives to the names of medicines that work alike ("The use of stems in the
 * selection of international nonproprietary names"). Only those that no slip in an everyday word makes.
 */
const stems =
  /^\p{L}{3,}(?:statin|azosin|thiazide|gliptin|gliflozin|glitazone|glutide|natide|sartan|olol|dipine|xaban|gatran|azole|tidine|cillin|mycin|micin|floxacin|cycline|penem|oxacin|fungin|vir|triptan|gepant|setron|pitant|tinib|ciclib|parib|rafenib|platin|taxel|rubicin|mab|kinra|zolimus|rolimus|profen|coxib|azepam|azolam|barbital|oxetine|triptyline|apine|idone|piprazole|gabalin|racetam|curium|caine|fentanil|lukast|tropium|meterol|moterol|dronate|dronic|steride|relix|relin|afil|vaptan|poetin|grastim|teplase|grelor|semide|pril|prilat)s?$/u;

/** Endings of clinical words from Greek and Latin, in British letters. */
const terms =
  /^\p{L}{3,}(?:itis|aemia|aemic|uria|algia|pnoea|rrhoea|rrhoeic|rrhagia|plegia|plasty|ectomy|ectomies|ostomy|otomy|oscopy|oscopies|oscopic|ography|ologist|ologists|opathy|opathies|opathic|penia|penic|cytosis|acidosis|alkalosis|stenosis|therapy|therapies|metry|phagia|phasia|kinesia|trophy|oedema|megaly|thermia|phyte|phytes|cyte|cytes)$/u;

/** Whether a word is built as the names of medicines or as clinical terms are. */
export function isClinicalByEnding(lower: string): boolean {
  return stems.test(lower) || terms.test(lower);
}

/** Medicines that are common in the United Kingdom, by their generic names and the best known brands. */
export const medicines: readonly string[] = `
  acamprosate acarbose acenocoumarol acetazolamide acetylcysteine aciclovir adalimumab adcal adenosine alendronate
  alendronic alfacalcidol alginate allopurinol alteplase amantadine amikacin amiloride aminophylline amiodarone
  amisulpride amlodipine amoxiclav anakinra anastrozole apixaban apomorphine apremilast aripiprazole atenolol
  atomoxetine atorvastatin azathioprine azithromycin baclofen baricitinib beclometasone bendroflumethiazide
  benzydamine betahistine betamethasone bezafibrate bicalutamide bisacodyl bisoprolol botox brimonidine brinzolamide
  bromocriptine budesonide bumetanide bupivacaine buprenorphine bupropion buspirone buvidal byetta cabergoline
  calciferol calcipotriol calcitriol calpol canagliflozin candesartan canesten capecitabine carbamazepine carbimazole
  carbocisteine carbomer carboplatin carvedilol cefalexin cefotaxime ceftazidime ceftriaxone cefuroxime celecoxib
  cetirizine cetraben champix chloramphenicol chlordiazepoxide chlorhexidine chlorphenamine chlorpromazine
  chlortalidone cialis ciclosporin cinacalcet cinnarizine ciprofloxacin cisplatin citalopram clarithromycin clenil
  clindamycin clobazam clobetasol clobetasone clomifene clomipramine clonazepam clopidogrel clotrimazole clozapine
  cobeneldopa cocareldopa cocodamol codydramol colchicine colecalciferol colestyramine cotrimoxazole cyanocobalamin
  cyclizine cyclophosphamide cyproterone dabigatran dalteparin dapagliflozin dapsone darifenacin deferasirox
  denosumab depakote dermol desloratadine desmopressin desogestrel dexamethasone dexamfetamine diamorphine diclofenac
  digoxin dihydrocodeine diltiazem dimeticone dipyridamole dobutamine docusate domperidone donepezil dorzolamide
  dosulepin doxazosin doxycycline dulaglutide duloxetine dupilumab dutasteride edoxaban efudix eliquis emerade
  empagliflozin enalapril enoxaparin entacapone epilim epipen eplerenone eprosartan ergocalciferol ertugliflozin
  escitalopram esketamine esomeprazole espranor estradiol estriol etanercept ethambutol etonogestrel etoricoxib
  exemestane exenatide ezetimibe famotidine febuxostat felodipine fenofibrate fesoterodine fexofenadine fidaxomicin
  filgrastim finasteride finerenone flecainide flucloxacillin fluconazole fludrocortisone flumazenil fluorouracil
  flupentixol fluticasone fluvastatin fluvoxamine folinic fondaparinux formoterol forxiga fosfomycin fosinopril
  fostair fragmin frovatriptan fucidin fulvestrant fusidate fusidic gabapentin galantamine gaviscon gentamicin
  glargine glibenclamide gliclazide gliflozin gliflozins glimepiride glipizide gliptin gliptins glucosamine glyceryl
  glycopyrronium golimumab goserelin guanfacine haloperidol heparinised heparins humira hydralazine
  hydrochlorothiazide hydroxocobalamin hydroxycarbamide hydroxychloroquine hydroxyzine hyoscine ibandronic icosapent
  imatinib imipramine inclisiran indapamide indometacin infliximab inhixa insulins ipratropium irbesartan isoniazid
  isosorbide isotretinoin ispaghula itraconazole ivabradine ivermectin januvia jardiance jext ketamine ketoconazole
  ketoprofen labetalol lacosamide lactulose lamotrigine lansoprazole latanoprost laxido leflunomide lenalidomide
  lercanidipine letrozole levetiracetam levobunolol levocetirizine levodopa levofloxacin levomepromazine
  levonorgestrel levothyroxine lidocaine linaclotide linagliptin linezolid liothyronine liraglutide lisdexamfetamine
  lisinopril lixiana lixisenatide lofepramine loperamide loratadine lorazepam losartan lumefantrine lurasidone
  lymecycline lyrica macrogol mannitol mebendazole mebeverine medroxyprogesterone mefenamic mefloquine melatonin
  meloxicam memantine mepolizumab meropenem mesalazine metaraminol methenamine methocarbamol methyldopa
  methylphenidate methylprednisolone metoclopramide metolazone metoprolol metronidazole miconazole midazolam
  midodrine mifepristone minocycline mirabegron mirikizumab mirtazapine misoprostol moclobemide modafinil
  molnupiravir mometasone montelukast mounjaro movicol moxonidine mupirocin mycophenolate nabumetone naftidrofuryl
  naloxegol naloxone naltrexone naproxen naratriptan nebivolol nefopam nicorandil nicorette nimodipine nirmatrelvir
  nitrofurantoin nizatidine noradrenaline norethisterone nortriptyline nurofen nystatin octreotide ofloxacin
  olanzapine olmesartan omalizumab omeprazole ondansetron oramorph orlistat orphenadrine oseltamivir oxazepam
  oxybutynin oxycodone oxytetracycline oxytocin ozempic pabrinex palbociclib paliperidone pamidronate pancuronium
  pantoprazole paroxetine paxlovid pembrolizumab penicillamine penicillins pentoxifylline perindopril permethrin
  pethidine phenelzine phenoxymethylpenicillin phytomenadione pilocarpine pioglitazone piperacillin piriton piroxicam
  pizotifen posaconazole pradaxa pramipexole prasugrel pravastatin prazosin prednisolone pregabalin prilocaine
  primidone prochlorperazine procyclidine progestogen progestogens promazine promethazine propafenone propantheline
  propofol propylthiouracil prucalopride pseudoephedrine pyrazinamide pyridostigmine pyridoxine quetiapine quinapril
  rabeprazole raloxifene ramipril ranibizumab ranolazine rasagiline remdesivir repaglinide rifampicin rifaximin
  riluzole risankizumab risedronate risperidone rituximab rivaroxaban rivastigmine rizatriptan ropinirole ropivacaine
  rosuvastatin rotigotine rybelsus sacubitril salbutamol salmeterol sartan sartans saxagliptin saxenda secukinumab
  selegiline semaglutide seretide sertraline setron sildenafil simeticone simvastatin sitagliptin solifenacin sotalol
  sotrovimab spironolactone statin statins suboxone sucralfate sulfasalazine sulpiride sumatriptan suxamethonium
  symbicort tacalcitol tacrolimus tadalafil tamsulosin tapentadol tazocin teicoplanin telmisartan temazepam tenofovir
  terazosin terbinafine terbutaline teriparatide theophylline thyroxine tiagabine tibolone ticagrelor timolol
  tinzaparin tiotropium tirzepatide tizanidine tobramycin tocilizumab tolbutamide tolterodine topiramate torasemide
  tramadol trandolapril tranexamic trastuzumab travoprost trazodone tretinoin trifluoperazine trihexyphenidyl
  trimethoprim triptan triptans tropicamide trospium trulicity ulipristal umeclidinium upadacitinib ursodeoxycholic
  ustekinumab valaciclovir valproate valsartan vancomycin vardenafil varenicline vedolizumab venlafaxine ventolin
  vericiguat viagra victoza vigabatrin vilanterol vildagliptin voltarol voriconazole vortioxetine wegovy xarelto
  xylometazoline zafirlukast zidovudine ziprasidone zoledronic zolmitriptan zolpidem zomorph zonisamide zopiclone
  zuclopenthixol
`
  .trim()
  .split(/\s+/);
